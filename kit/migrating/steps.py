"""What a service's migration steps are written with: the kit's tables, grants, and row-level security."""

from collections.abc import Mapping, Sequence

from alembic import op
from sqlalchemy import MetaData

OPENED = "nullif(current_setting('app.account'), '')::uuid"  # the account that the session has open
CURRENT = "nullif(current_setting('app.agency', true), '')::uuid"  # the transaction's agency; nobody's without one
OF_THE_AMS = f"(SELECT ams_id FROM accounts WHERE id = {OPENED})"  # looked up once for a statement, not for each row


def create(
    metadata: MetaData, service: str, *, directory: Sequence[str] = (), of_account: Mapping[str, str] | None = None
) -> None:
    """Creates every table of a new service and says who may do what.

    Tables with an `agency` column get forced row-level security; those named in `directory` are readable without an
    agency (host names, slugs: where a request learns which agency it is about). `of_account` says for each table that
    holds rows of single accounts which of them an insured's session gets (see `narrow`).
    """
    metadata.create_all(op.get_bind())
    for table in metadata.sorted_tables:
        if table.name in ("outbox", "inbox", "quarantine"):
            continue
        grant(service, table.name)
        if "agency" in table.columns and table.name not in directory:
            protect(table.name)
    for name, condition in (of_account or {}).items():
        narrow(name, condition)
    op.execute(f"GRANT INSERT ON outbox, quarantine TO {service}_app")
    guard_quarantine(service)
    op.execute(f"GRANT INSERT ON inbox TO {service}_app")
    op.execute(f"GRANT SELECT (consumer, message_id, body_sha256) ON inbox TO {service}_app")
    op.execute(f"GRANT SELECT, UPDATE, DELETE ON outbox, inbox, quarantine TO {service}_relay")
    op.execute(f"GRANT SELECT, DELETE ON attempts TO {service}_relay")


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


def guard_quarantine(service: str) -> None:
    """Lets the service see the quarantine of the transaction's agency and note there what was sent again.

    Anything may be put in, of an unknown agency too; the bodies as they came are changed by nobody.
    """
    own = f"agency = (SELECT slug FROM agencies WHERE id = {CURRENT})"
    op.execute(f"GRANT SELECT ON quarantine TO {service}_app, {service}_reader")
    op.execute(f"GRANT UPDATE (replayed_at, replayed_by, mended_body, outcome) ON quarantine TO {service}_app")
    op.execute("ALTER TABLE quarantine ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE quarantine FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY of_relay ON quarantine TO {service}_relay USING (true) WITH CHECK (true)")
    op.execute(f"CREATE POLICY caught ON quarantine FOR INSERT TO {service}_app WITH CHECK (true)")
    op.execute(f"CREATE POLICY seen ON quarantine FOR SELECT TO {service}_app, {service}_reader USING ({own})")
    op.execute(f"CREATE POLICY noted ON quarantine FOR UPDATE TO {service}_app USING ({own})")


def narrow(table: str, condition: str, only: str = "ALL") -> None:
    """Within the agency, gives a session with an account only the rows for which `condition` holds.

    The condition (SQL, with OPENED for the account) binds whatever the statement says; where the transaction names no
    account, as for the feed, jobs and staff, the agency's rule alone counts. `only` limits it to one command.
    """
    rule = f"(current_setting('app.account') = '' OR {condition})"
    check = "" if only in ("SELECT", "DELETE") else f" WITH CHECK {rule}"
    op.execute(f"CREATE POLICY of_account ON {table} AS RESTRICTIVE FOR {only} USING {rule}{check}")
