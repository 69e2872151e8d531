"""The tables of a made-up service: things of agencies, belongings of accounts, and a list that nobody guards."""

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
    """Makes the tables as a service's first step does; `unguarded` stays without row-level security."""
    engine = create_async_engine(logins.url("owner").replace("postgresql", "postgresql+asyncpg"))

    def run(connection: Connection) -> None:
        with Operations.context(MigrationContext.configure(connection)):
            of_account = {"belongings": f"account = {steps.OPENED}"}
            steps.create(metadata, logins.service, directory=("unguarded",), of_account=of_account)

    async with engine.begin() as connection:
        await connection.run_sync(run)
    await engine.dispose()
