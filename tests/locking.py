"""Rows that are locked on purpose, so that a test sees where work waits, and what it has locked by then."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from kit.database import Database, Transaction
from kit.ids import new_id

from . import stack
from .logins import Logins

AGENCY = new_id()
Work = Callable[[Transaction], Awaitable[Any]]
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@dataclass
class Rows:
    """A database on which nobody works but the test."""

    logins: Logins
    database: Database
    agency: UUID = AGENCY

    async def do(self, work: Work) -> None:
        """All of it, in a transaction of the agency."""
        async with self.database.transaction(self.agency) as tx:
            await work(tx)

    @contextlib.asynccontextmanager
    async def stuck(self, work: Work, *meanwhile: str) -> AsyncIterator[None]:
        """In the block `work` has come as far as what somebody else holds, who has run these statements.

        After the block it is done.
        """
        holder = await asyncpg.connect(self.logins.server.dsn(self.logins.database), ssl=False)
        try:
            async with holder.transaction():
                for statement in meanwhile:
                    assert await holder.execute(statement) not in ("SELECT 0", "UPDATE 0")
                working = asyncio.create_task(self.do(work))
                await stack.eventually(lambda: working.done() or self.logins.value(WAITING))
                yield
        finally:
            await holder.close()
            await asyncio.wait_for(working, 30)

    async def free(self, table: str, name: str) -> list[Any]:
        """The names of the rows that nobody has locked."""
        rows = await self.logins.fetch(f"SELECT {name} AS name FROM {table} ORDER BY {name} FOR UPDATE SKIP LOCKED")
        return [row["name"] for row in rows]
