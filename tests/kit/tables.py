"""Tables of a made-up service beside a real one's: things of agencies, belongings of accounts, and one unguarded."""

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, Connection, MetaData, Table, Text, Uuid
from sqlalchemy.ext.asyncio import create_async_engine

from kit.migrating import steps
from tests.logins import Logins

metadata = MetaData()
things = Table(
    "things",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("account", Uuid),
    Column("what", Text, nullable=False),
)
belongings = Table(
    "belongings",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("account", Uuid, nullable=False),
    Column("what", Text, nullable=False),
)
unguarded = Table("unguarded", metadata, Column("id", Uuid, primary_key=True), Column("agency", Uuid, nullable=False))


async def create(logins: Logins) -> None:
    """Makes the tables as a service's step does; `unguarded` stays without row-level security."""
    engine = create_async_engine(logins.url("owner").replace("postgresql", "postgresql+asyncpg"))

    def run(connection: Connection) -> None:
        with Operations.context(MigrationContext.configure(connection)):
            metadata.create_all(connection)
            for table in metadata.tables:
                steps.grant(logins.service, table)
            for table in ("things", "belongings"):
                steps.protect(table)
            steps.narrow("belongings", f"account = {steps.OPENED}")

    async with engine.begin() as connection:
        await connection.run_sync(run)
    await engine.dispose()
