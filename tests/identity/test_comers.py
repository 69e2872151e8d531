"""Comers: familiar for as long as is said, counted from the last time that they got in."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest_asyncio

from contracts.identity.sessions import Browser
from kit.database import Database
from kit.ids import new_id
from services.identity.limits import comers
from services.identity.limits.marks import Marks
from services.identity.limits.wide_budgets import WideBudgets
from tests.logins import Logins

AGENCY = new_id()
PAT, HOME = "pat@example.com", Browser(address="192.0.2.7")


class Door:
    """Where Pat gets in, as days go by."""

    def __init__(self, logins: Logins, database: Database, wide: WideBudgets) -> None:
        self.logins, self._database, self._wide = logins, database, wide
        self._marks = Marks(b"k" * 32)

    async def got_in(self) -> None:
        async with self._database.transaction(AGENCY) as tx:
            await comers.got_in(PAT, HOME, self._marks, self._wide, tx)

    async def is_familiar(self, days: int) -> bool:
        """After so many more days."""
        await self.logins.fetch("UPDATE familiar_clients SET seen_at = seen_at - make_interval(days => $1)", days)
        async with self._database.transaction(AGENCY) as tx:
            return (await comers.at_the_door(PAT, HOME, self._marks, tx)).familiar


@pytest_asyncio.fixture
async def door(
    clone: Callable[[str], Awaitable[Logins]], open_database: Callable[[Logins], Database]
) -> AsyncIterator[Door]:
    logins = await clone("identity")
    await logins.clear()
    wide = WideBudgets(logins.open(1))
    yield Door(logins, open_database(logins), wide)
    await wide.close()


async def test_who_got_in_is_familiar_for_ninety_days_since_the_last_time(door: Door) -> None:
    assert not await door.is_familiar(0)
    await door.got_in()
    assert await door.is_familiar(89)
    await door.got_in()
    assert await door.is_familiar(89)
    assert not await door.is_familiar(2)
    await door.got_in()
    assert await door.is_familiar(0)
