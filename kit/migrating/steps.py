"""What a service's migration steps are written with: the kit's tables, grants, and row-level security."""

from collections.abc import Sequence

from alembic import op
from sqlalchemy import MetaData


def create(metadata: MetaData, service: str, *, directory: Sequence[str] = ()) -> None:
    """Creates every table of a new service and says who may do what.

    Tables with an `agency` column get forced row-level security; those named in `directory` are readable without an
    agency (host names, slugs: where a request learns which agency it is about).
    """
    metadata.create_all(op.get_bind())
    for table in metadata.sorted_tables:
        if table.name in ("outbox", "inbox", "quarantine"):
            continue
        grant(service, table.name)
        if "agency" in table.columns and table.name not in directory:
            protect(table.name)
    op.execute(f"GRANT INSERT ON outbox, quarantine TO {service}_app")
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
