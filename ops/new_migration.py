"""`./portico new-migration`: begins a service's next step from how its tables differ from what the steps make."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from alembic.operations import ops
from sqlalchemy import Connection, make_url
from sqlalchemy.ext.asyncio import create_async_engine

from kit.migrating.database import ROLES, database_name, ensure_database, metadata_of, newest_step, steps_of, upgrade
from ops.problem import Problem
from ops.stack.places import SERVICES
from ops.stack.ports import free_port
from ops.stack.postgres import start_postgres

STEP = '''"""{title}."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kit.migrating import steps

revision = "{number}"
down_revision = "{before}"


def upgrade() -> None:
    """Runs once, on whatever is there already."""
'''


async def begin_step(service: str, title: str) -> Path:
    """Writes `services/<service>/migrations/<number>_<title>.py` and returns its path.

    What it holds is a beginning: columns, tables, indexes and the rights of new tables. Other changes (rules, checks,
    functions, what becomes of rows that are there) are written by hand; the test of the schema names what is missing.
    Where the tables say what the steps make, it does nothing yet. Raises Problem for a service that there is none, a
    title without a letter, or a folder that cannot be written.
    """
    if service not in SERVICES:
        raise Problem(f"There is no service {service!r}: it is one of {', '.join(SERVICES)}.")
    words = re.findall(r"[a-z0-9]+", title.lower())
    if not words:
        raise Problem('The title names the step, as in `new-migration policy "room for changes"`.')
    before = newest_step(service)
    number = f"{int(before) + 1:04}"
    named = re.sub(r'["\\]', "", title).strip().capitalize()
    lines = [f"    {line}\n" for line in await _differences(service)]
    path = steps_of(service) / f"{number}_{'_'.join(words)}.py"
    try:
        path.write_text(STEP.format(title=named, number=number, before=before) + "".join(lines))
    except OSError as error:
        raise Problem(f"{path} cannot be written: {error.strerror}.") from None
    return path


async def _differences(service: str) -> list[str]:
    """Lines of Python that bring a database from its newest step to the tables as they are declared."""
    with _folder() as folder:
        server = await start_postgres(folder / "postgres", free_port(), "x", durable=False)
        try:
            await ensure_database(server.dsn(), service, dict.fromkeys(ROLES, "x"))
            owner = server.dsn(database_name(service), f"{service}_owner", "x")
            await upgrade(owner, service)
            return await _compared(owner, service)
        finally:
            await server.stop()


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="portico-migration-") as name:
        Path(name).chmod(0o711)  # PostgreSQL's unprivileged user goes through it
        yield Path(name)


async def _compared(owner: str, service: str) -> list[str]:
    engine = create_async_engine(make_url(owner).set(drivername="postgresql+asyncpg"))

    def compare(connection: Connection) -> list[str]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        wanted = produce_migrations(context, metadata_of(service)).upgrade_ops
        assert wanted is not None
        lines = [] if wanted.is_empty() else render_python_code(wanted, migration_context=context).splitlines()
        for operation in wanted.ops:
            if isinstance(operation, ops.CreateTableOp):
                lines.append(f'steps.grant("{service}", "{operation.table_name}")')
                lines.append(f'steps.protect("{operation.table_name}")')
        return [line.strip() for line in lines if line.strip() and not line.strip().startswith("#")]

    async with engine.connect() as connection:
        found = await connection.run_sync(compare)
    await engine.dispose()
    return found
