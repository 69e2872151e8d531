"""What a service's migration steps are written with: statements as they are, grants, and row-level security."""

from pathlib import Path

from alembic import op

OPENED = "nullif(current_setting('app.account'), '')::uuid"  # the account that the session has open
OF_THE_AMS = f"(SELECT ams_id FROM accounts WHERE id = {OPENED})"  # looked up once for a statement, not for each row


def run(step: str) -> None:
    """Executes the file beside a step that has its name and ends in `.sql`: statements with an empty line between."""
    for statement in Path(step).with_suffix(".sql").read_text().split("\n\n"):
        op.get_bind().exec_driver_sql(statement)


def grant(service: str, table: str, app: str = "SELECT, INSERT, UPDATE, DELETE") -> None:
    """Gives the service's logins their rights on a table: `app` the named ones, the reader only SELECT."""
    op.execute(f"GRANT {app} ON {table} TO {service}_app")
    op.execute(f"GRANT SELECT ON {table} TO {service}_reader")


def protect(table: str) -> None:
    """Shows and takes only rows of the transaction's agency; fails closed when none is set, for the owner too."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY of_agency ON {table}"
        " USING (agency = current_setting('app.agency')::uuid)"
        " WITH CHECK (agency = current_setting('app.agency')::uuid)"
    )


def change_all(table: str, statement: str) -> None:
    """Executes a statement about the table's rows of all agencies; the owner sees none of them otherwise."""
    op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(statement)
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def narrow(table: str, condition: str, only: str = "ALL") -> None:
    """Within the agency, gives a session with an account only the rows for which `condition` holds.

    The condition (SQL, with OPENED for the account) binds whatever the statement says; where the transaction names no
    account, as for the feed, jobs and staff, the agency's rule alone counts. `only` limits it to one command.
    """
    rule = f"(current_setting('app.account') = '' OR {condition})"
    check = "" if only in ("SELECT", "DELETE") else f" WITH CHECK {rule}"
    op.execute(f"CREATE POLICY of_account ON {table} AS RESTRICTIVE FOR {only} USING {rule}{check}")
