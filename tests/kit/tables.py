"""The tables of a made-up service: things that people left, of one agency each, and a list without agencies."""

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, Connection, Table, Text, Uuid
from sqlalchemy.ext.asyncio import create_async_engine

from kit.migrating import steps
from kit.tables import new_metadata
from tests.logins import Logins

metadata = new_metadata()
things = Table(
    "things",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("account", Uuid),
    Column("what", Text, nullable=False),
)
unguarded = Table("unguarded", metadata, Column("id", Uuid, primary_key=True), Column("agency", Uuid, nullable=False))


async def create(logins: Logins) -> None:
    """Makes the tables as a service's first step does; `unguarded` stays without row-level security."""
    engine = create_async_engine(logins.url("owner").replace("postgresql", "postgresql+asyncpg"))

    def run(connection: Connection) -> None:
        with Operations.context(MigrationContext.configure(connection)):
            steps.create(metadata, logins.service, directory=("unguarded",))

    async with engine.begin() as connection:
        await connection.run_sync(run)
    await engine.dispose()
