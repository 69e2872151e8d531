"""Whole snapshots as tests tell them to policy, what is held back of them, and an admin who decides."""

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from contracts.held_removals import HeldRemoval
from contracts.policy.feed import DecideHeldRemoval, ListHeldRemovals
from contracts.principal import Kind, Role
from kit.bus import feed_events
from services.policy.sync import feed
from tests import stack
from tests.policy.conftest import SLUG, Book, policy

STARTED, ENDED = "ams.snapshot.started.v1", "ams.snapshot.ended.v1"
JOB = "policy-job-policy-carry_out_removal"
MANY = 40


def event(ams_id: str, sequence: int = 1, snapshot: str = "", **changes: Any) -> tuple[str, bytes]:
    named = {"snapshot": snapshot} if snapshot else {}
    return "policy", stack.cloud_event("policy", ams_id, sequence, policy(**changes), **named)


async def say(book: Book, events: Sequence[tuple[str, bytes]]) -> None:
    """Publishes, and waits until policy has settled all of it."""
    stream = book.ops.jetstream()
    await asyncio.gather(*(stream.publish(f"ams.{SLUG}.{kind}", body) for kind, body in events))
    await stack.eventually(lambda: stack.unsettled(book.ops, "AMS", "policy-ams"), 0)


async def start(book: Book, snapshot: str) -> None:
    await say(book, [("snapshot", stack.cloud_event("snapshot", snapshot, 1, {}, type=STARTED))])


async def end(book: Book, snapshot: str, **counts: int) -> None:
    await say(book, [("snapshot", stack.cloud_event("snapshot", snapshot, 2, {"counts": counts}, type=ENDED))])


async def compare(book: Book, snapshot: str, named: Sequence[str] = (), **changes: Any) -> None:
    """A whole snapshot that names these policies."""
    await start(book, snapshot)
    await say(book, [event(ams_id, 1, snapshot, **changes) for ams_id in named])
    await end(book, snapshot, policy=len(named))


def ids(count: int, first: int = 0) -> list[str]:
    return [f"P{number:02}" for number in range(first, first + count)]


async def there(book: Book) -> set[str]:
    return {row["ams_id"] for row in await book.logins.fetch("SELECT ams_id FROM policies WHERE NOT deleted")}


def admin(book: Book, **changes: Any) -> str:
    return stack.signed(changes.pop("agency", book.agency), kind=Kind.STAFF, **{"role": Role.ADMIN, **changes})


async def held(book: Book) -> list[HeldRemoval]:
    found: list[HeldRemoval] = (await book.asker.ask(ListHeldRemovals(), admin(book))).items
    return found


async def decide(book: Book, removal: UUID, *, remove: bool) -> HeldRemoval:
    return await book.asker.ask(DecideHeldRemoval(held=removal, remove=remove), admin(book))


async def states(book: Book) -> list[str]:
    return [row["state"] for row in await book.logins.fetch("SELECT state FROM held_removals ORDER BY held_at")]


async def left(book: Book, subject: str) -> list[dict[str, Any]]:
    rows = await book.logins.fetch("SELECT body FROM outbox WHERE subject = $1 ORDER BY made_at, id", subject)
    return [json.loads(row["body"]) for row in rows]


async def full_book(book: Book, count: int = MANY) -> None:
    await say(book, [event(ams_id) for ams_id in ids(count)])


async def apply_late(book: Book, ams_id: str) -> bool:
    """Whether an event counts that was stored before every snapshot of the test, and comes only now."""
    body = stack.cloud_event("policy", ams_id, 9, policy())
    late = feed_events.parse(f"ams.{SLUG}.policy", body, datetime.now(UTC) - timedelta(hours=1))
    database = book.logins.open()
    async with database.transaction(book.agency) as transaction:
        await feed.apply([late], transaction)
    await database.close()
    return ams_id in await there(book)
