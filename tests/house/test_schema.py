"""The running schema: what the migration steps made is what the tables say, in every service."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from kit.migrating.database import SERVICES, differences
from tests.stack import Logins

Clone = Callable[[str], Awaitable[Logins]]


async def differences_of(logins: Logins, change: str = "") -> list[Any]:
    """What is otherwise than the tables say, after a statement in the same transaction that is undone."""
    engine = create_async_engine(make_url(logins.url("owner")).set(drivername="postgresql+asyncpg"))
    try:
        async with engine.connect() as connection:
            if change:
                await connection.execute(text(change))
            return await connection.run_sync(differences, logins.service)
    finally:
        await engine.dispose()


@pytest.mark.parametrize("service", SERVICES)
async def test_the_running_schema_is_what_the_tables_say(clone: Clone, service: str) -> None:
    found = [one for one in await differences_of(await clone(service)) if "alembic_version" not in str(one)]
    assert found == []


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE outbox ADD COLUMN surplus text",
        "ALTER TABLE outbox ALTER COLUMN subject TYPE varchar(10)",
        "DROP INDEX ix_outbox_waiting",
    ],
)
async def test_a_difference_is_noticed(clone: Clone, change: str) -> None:
    assert await differences_of(await clone("identity"), change)
