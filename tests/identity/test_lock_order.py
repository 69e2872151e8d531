"""Locks of identity are taken in one order: processes that touch the same rows wait, and never deadlock."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from contracts.identity.activities import Doer
from contracts.identity.sessions import Browser
from contracts.identity.staff import LastAdmin
from kit.bus import FeedEvent
from kit.bus.feed_events import parse
from kit.database import Database
from services.identity.limits import budgets, comers
from services.identity.limits.budgets import Budget
from services.identity.limits.marks import Marks
from services.identity.limits.wide_budgets import WideBudgets
from services.identity.people import sync
from services.identity.staff import members
from tests import stack
from tests.locking import Rows, Work
from tests.logins import Logins

from .conftest import SLUG, Identity, account, contact
from .crew import Crew

# narrow ones in the order in which they are listed, those that everybody shares in that of their names
LISTED = [Budget(scope, 9, 0, 3600, b"a") for scope in ("c", "a", "b")]
PAT, HOME, MARKS = "pat@example.com", Browser(address="192.0.2.7"), Marks(b"k" * 32)
PORTAL = Doer(kind="portal")


@pytest_asyncio.fixture
async def rows(clone: Callable[[str], Awaitable[Logins]], open_database: Callable[[Logins], Database]) -> Rows:
    """Identity's database with nothing in it, and no identity beside it."""
    logins = await clone("identity")
    await logins.clear()
    return Rows(logins, open_database(logins))


@pytest_asyncio.fixture
async def wide(rows: Rows) -> AsyncIterator[WideBudgets]:
    opened = WideBudgets(rows.logins.open(1))
    yield opened
    await opened.close()


def doing(name: str, wide: WideBudgets) -> Work:
    """Something that touches the three budgets."""
    work: dict[str, Work] = {
        "take": lambda tx: budgets.take(LISTED, tx),
        "give back": lambda tx: budgets.give_back(LISTED, tx),
        "got in": lambda tx: comers.got_in(PAT, HOME, MARKS, wide, tx, paid=LISTED),
        "wide": lambda tx: wide.take(LISTED, tx),
    }
    return work[name]


@pytest.mark.parametrize(
    ("work", "held", "free"), [("take", "a", "b"), ("give back", "a", "b"), ("got in", "a", "b"), ("wide", "b", "c")]
)
async def test_budgets_are_locked_in_one_order(rows: Rows, wide: WideBudgets, work: str, held: str, free: str) -> None:
    await rows.do(doing("take", wide))
    async with rows.stuck(doing(work, wide), f"SELECT FROM budgets WHERE scope = '{held}' FOR UPDATE"):
        assert await rows.free("budgets", "scope") == [free]


async def test_contacts_are_locked_in_the_order_of_their_ids(rows: Rows) -> None:
    def told(version: int, *names: str) -> Work:
        def event(kind: str, ams_id: str, data: dict[str, Any]) -> FeedEvent:
            return parse(f"ams.{SLUG}.{kind}", stack.cloud_event(kind, ams_id, version, data), datetime.now(UTC))

        said = [event("contact", name, contact("A1", f"{name}@example.com", first_name=name)) for name in names]
        return lambda tx: sync.apply([event("account", "A1", account()), *said], tx)

    await rows.do(told(1, "A", "B", "C"))
    async with rows.stuck(told(2, "C", "A", "B"), "SELECT FROM contacts WHERE ams_id = 'B' FOR UPDATE"):
        assert await rows.free("contacts", "ams_id") == ["C"]


async def test_admins_are_locked_in_one_order_whoever_of_them_is_to_go(identity: Identity) -> None:
    crew = Crew(identity)
    first, second, third = sorted([(await crew.add(name)).id for name in ("Ana", "Ben", "Cy")])
    database = identity.logins.open()
    rows = Rows(identity.logins, database, identity.agency.id)
    held = f"SELECT FROM staff WHERE id = '{first}' FOR UPDATE"
    async with rows.stuck(lambda tx: members.end(third, PORTAL, tx), held):
        assert await rows.free("staff", "id") == [second, third]
    await database.close()


async def test_of_two_admins_who_end_one_another_at_the_same_time_one_stays(identity: Identity) -> None:
    crew = Crew(identity)
    ana, ben = await crew.hire("Ana"), await crew.hire("Ben")
    database = identity.logins.open()
    rows = Rows(identity.logins, database, identity.agency.id)
    gone = f"UPDATE staff SET active = false WHERE id = '{ben.member.id}'"
    with pytest.raises(LastAdmin):
        async with rows.stuck(lambda tx: members.end(ana.member.id, PORTAL, tx), gone):
            pass
    await database.close()
