"""A changed policy stays where it lies: in a large book no index may have to learn of every change."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from kit.bus.feed_events import parse
from kit.database import Database, Transaction
from services.policy.sync import policies
from tests import stack
from tests.locking import AGENCY
from tests.logins import Logins

from .conftest import SLUG, policy

IN_PLACE = "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_xact_user_tables WHERE relname = 'policies'"
PER_PAGE = 10  # more than lie on one page: this many apart, no two changes want the same page's room
VEHICLES = [{"id": str(n), "year": 2021, "make": "Toyota", "model": "RAV4", "note": "x" * 200} for n in range(3)]
CHANGED = {
    "number": "PA-101",
    "status": "Cancelled",
    "effective": "2026-02-01",
    "expiration": "2027-02-01",
    "cancellation_on": "2026-11-01",
    "carrier": "C2",
    "line": "HOME",
    "premium": "1300.00",
}


async def test_a_change_finds_room_beside_what_it_replaces(
    clone: Callable[[str], Awaitable[Logins]], open_database: Callable[[Logins], Database]
) -> None:
    logins = await clone("policy")
    await logins.clear()
    database = open_database(logins)
    names = [f"P{n:03}" for n in range(200)]

    async def keep(tx: Transaction, version: int, some: list[str], **changes: Any) -> None:
        data = policy(vehicles=VEHICLES, **changes)
        events = [
            parse(f"ams.{SLUG}.policy", stack.cloud_event("policy", name, version, data), datetime.now(UTC))
            for name in some
        ]
        rows = [(event, policies.row_of(event, "UTC")) for event in events]
        assert len(await policies.POLICIES.keep(rows, tx)) == len(some)

    async with database.transaction(AGENCY) as tx:
        await keep(tx, 1, names)
    async with database.transaction(AGENCY) as tx:
        await keep(tx, 2, names[::PER_PAGE], **CHANGED)
        changed, in_place = await tx.driver.fetchrow(IN_PLACE)
    assert changed == in_place == len(names) // PER_PAGE
