"""A snapshot finds what the feed had lost and mends it, amid live events, and never sweeps before it is complete."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from kit.bus import FeedEvent, failures
from kit.bus.feed_events import parse
from services.policy.sync import feed
from tests import stack
from tests.locking import WAITING
from tests.policy.conftest import SLUG, Book, policy

STARTED, ENDED = "ams.snapshot.started.v1", "ams.snapshot.ended.v1"


async def say(
    book: Book, kind: str, ams_id: str, sequence: int, data: dict[str, Any] | None, left: int = 0, **more: Any
) -> None:
    """Publishes, and waits until policy has settled everything but what is `left` over on purpose."""
    body = stack.cloud_event(kind, ams_id, sequence, data, **more)
    await book.ops.jetstream().publish(f"ams.{SLUG}.{kind}", body)
    await stack.eventually(lambda: stack.unsettled(book.ops, "AMS", "policy-ams"), left)


async def start(book: Book, snapshot: str, left: int = 0) -> None:
    await say(book, "snapshot", snapshot, 1, {}, left, type=STARTED)


async def end(book: Book, snapshot: str, left: int = 0, **counts: int) -> None:
    by_kind = {kind.replace("_", "-"): count for kind, count in counts.items()}
    await say(book, "snapshot", snapshot, 2, {"counts": by_kind}, left, type=ENDED)


async def there(book: Book) -> dict[str, tuple[int, str]]:
    rows = await book.logins.fetch("SELECT ams_id, version, number FROM policies WHERE NOT deleted")
    return {row["ams_id"]: (row["version"], row["number"]) for row in rows}


async def found(book: Book, snapshot: str) -> dict[str, int]:
    value = await book.logins.value("SELECT found FROM snapshots WHERE id = $1 AND swept_at IS NOT NULL", snapshot)
    assert value is not None, "it is not complete"
    return dict(json.loads(value))


async def test_what_a_complete_snapshot_did_not_name_is_gone_and_the_rest_is_as_it_says(book: Book) -> None:
    for number in range(4):
        await say(book, "policy", f"P{number}", 1, policy(number=f"N{number}"))
    await start(book, "S")
    await say(book, "policy", "P0", 1, policy(number="N0"), snapshot="S")  # as we have it
    await say(book, "policy", "P1", 5, policy(number="newer"), snapshot="S")  # a change was lost
    await say(book, "policy", "P2", 1, policy(number="other"), snapshot="S")  # same version, other contents
    await say(book, "policy", "P9", 3, policy(number="lost"), snapshot="S")  # never heard of
    await end(book, "S", policy=4)
    assert await there(book) == {"P0": (1, "N0"), "P1": (5, "newer"), "P2": (1, "other"), "P9": (3, "lost")}
    assert await found(book, "S") == {"policy mended": 3, "policy gone": 1}
    assert await book.logins.value("SELECT count(*) FROM snapshot_items") == 0


async def test_what_is_told_live_meanwhile_stays_as_told(book: Book) -> None:
    await say(book, "policy", "OLD", 1, policy())
    await start(book, "S")
    await say(book, "policy", "NEW", 1, policy(number="made meanwhile"))  # after the AMS began to read
    await say(book, "policy", "OLD", 3, None)  # deleted meanwhile
    await say(book, "policy", "OLD", 2, policy(number="as it was read"), snapshot="S")
    await end(book, "S", policy=1)
    assert await there(book) == {"NEW": (1, "made meanwhile")}
    assert await found(book, "S") == {}


@pytest.mark.parametrize("missing", ["item", "start", "end"])
async def test_nothing_is_swept_before_everything_is_there(book: Book, missing: str) -> None:
    await say(book, "policy", "P0", 1, policy(number="N0"))
    await say(book, "policy", "P1", 1, policy(number="N1"))
    steps = {
        "start": lambda: start(book, "S"),
        "item": lambda: say(book, "policy", "P0", 1, policy(number="N0"), snapshot="S"),
        "end": lambda: end(book, "S", policy=1),
    }
    for name, step in steps.items():
        if name != missing:
            await step()
    assert set(await there(book)) == {"P0", "P1"}
    await steps[missing]()
    assert set(await there(book)) == {"P0"}


async def test_an_item_in_quarantine_holds_the_sweep_up_until_it_is_mended(book: Book) -> None:
    await say(book, "policy", "GONE", 1, policy())
    await start(book, "S")
    await say(book, "policy", "BAD", 1, {**policy(), "premium": "a lot"}, snapshot="S")
    await end(book, "S", policy=1)
    assert set(await there(book)) == {"GONE"}
    await say(book, "policy", "BAD", 1, policy(number="mended"), snapshot="S")
    assert set(await there(book)) == {"BAD"}


async def test_a_kind_that_the_snapshot_does_not_count_is_left_alone(book: Book) -> None:
    await say(book, "policy", "P", 1, policy())
    await start(book, "S")
    await end(book, "S", receipt=0)
    assert set(await there(book)) == {"P"}
    await start(book, "T")
    await end(book, "T", policy=0)
    assert await there(book) == {}


async def test_a_swept_policy_comes_back_with_the_next_snapshot_that_names_it(book: Book) -> None:
    await say(book, "policy", "P", 4, policy())
    await start(book, "S")
    await end(book, "S", policy=0)
    await say(book, "policy", "P", 3, policy(number="late"))  # older than what was swept
    assert await there(book) == {}
    await start(book, "T")
    await say(book, "policy", "P", 4, policy(number="back"), snapshot="T")
    await end(book, "T", policy=1)
    assert await there(book) == {"P": (4, "back")}


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails is tried again at once and without end, however slow the machine is."""
    monkeypatch.setattr(failures, "delay", lambda tries: 0.05)
    monkeypatch.setattr(failures, "TRIES", 10_000)


@contextlib.asynccontextmanager
async def held_up(book: Book, number: str) -> AsyncIterator[None]:
    """The database refuses policies of this number meanwhile, so that their events are tried again afterwards."""
    await book.logins.fetch(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not yet'; END $$"
    )
    await book.logins.fetch(
        "CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON policies FOR EACH ROW"
        f" WHEN (NEW.number = '{number}') EXECUTE FUNCTION refuse()"
    )
    try:
        yield
    finally:
        await book.logins.fetch("DROP FUNCTION refuse CASCADE")


@pytest.mark.usefixtures("patient")
async def test_what_was_stored_before_a_snapshot_and_comes_late_brings_nothing_back(book: Book) -> None:
    for ams_id in ("SWEPT", "NAMED"):
        await say(book, "policy", ams_id, 4, policy())
    async with held_up(book, "late"):
        for ams_id in ("SWEPT", "NAMED", "UNKNOWN"):
            body = stack.cloud_event("policy", ams_id, 5, policy(number="late"))
            await book.ops.jetstream().publish(f"ams.{SLUG}.policy", body)
        await stack.eventually(lambda: stack.unsettled(book.ops, "AMS", "policy-ams"), 3)
        await start(book, "S", left=3)
        await say(book, "policy", "NAMED", 4, policy(number="as read"), snapshot="S", left=3)
        await end(book, "S", policy=1, left=1)  # what came too late is tried, and left out
        assert await there(book) == {"NAMED": (4, "as read")}
    await stack.eventually(lambda: stack.unsettled(book.ops, "AMS", "policy-ams"), 0)
    assert await there(book) == {"NAMED": (5, "late")}  # there its version decides, as always
    await say(book, "policy", "SWEPT", 6, policy(number="back"))  # said since
    assert await there(book) == {"NAMED": (5, "late"), "SWEPT": (6, "back")}


@pytest.mark.usefixtures("patient")
async def test_a_snapshot_that_was_never_complete_keeps_nothing_out(book: Book) -> None:
    async with held_up(book, "late"):
        await book.ops.jetstream().publish(
            f"ams.{SLUG}.policy", stack.cloud_event("policy", "P", 1, policy(number="late"))
        )
        await stack.eventually(lambda: stack.unsettled(book.ops, "AMS", "policy-ams"), 1)
        await start(book, "HALF", left=1)
        await end(book, "HALF", policy=7, left=1)
        await start(book, "S", left=1)
        await end(book, "S", receipt=0, left=1)  # both are over now, and policies were swept after neither
    await stack.eventually(lambda: stack.unsettled(book.ops, "AMS", "policy-ams"), 0)
    assert await there(book) == {"P": (1, "late")}
    over = await book.logins.fetch("SELECT id, complete FROM snapshots WHERE swept_at IS NOT NULL")
    assert dict(row.values() for row in over) == {"HALF": False, "S": True}


async def test_a_snapshot_is_known_for_as_long_as_an_event_can_come_late_for_it(book: Book) -> None:
    for snapshot, days in (("OLD", 36), ("YOUNG", 34)):
        await start(book, snapshot)
        await end(book, snapshot, policy=0)
        await book.logins.fetch(
            "UPDATE snapshots SET started_at = started_at - make_interval(days => $2),"
            " swept_at = swept_at - make_interval(days => $2) WHERE id = $1",
            *(snapshot, days),
        )
    await start(book, "S")
    await end(book, "S", policy=0)
    known = await book.logins.fetch("SELECT id FROM snapshots ORDER BY started_at")
    assert [row["id"] for row in known] == ["YOUNG", "S"]


@pytest.mark.parametrize(("days", "kept"), [(34, ["P"]), (36, [])])
async def test_what_a_snapshot_names_that_never_begins_is_kept_as_long_as_it_may_begin(
    book: Book, days: int, kept: list[str]
) -> None:
    await say(book, "policy", "P", 1, policy())
    await say(book, "policy", "P", 2, policy(), snapshot="NEVER")
    for moment in ("UPDATE snapshots SET known_at", "UPDATE policies SET stored_at"):
        await book.logins.fetch(f"{moment} = now() - make_interval(days => $1)", days)
    await start(book, "S")
    await end(book, "S", policy=0)
    assert sorted(await there(book)) == kept
    over = await book.logins.fetch("SELECT complete, swept FROM snapshots WHERE id = 'NEVER' AND swept_at IS NOT NULL")
    assert [tuple(row.values()) for row in over] == ([] if kept else [(False, [])])
    assert await book.logins.value("SELECT count(*) FROM snapshot_items") == len(kept)


async def test_nothing_is_applied_beside_a_batch_that_may_sweep(book: Book) -> None:
    """Two processes of the service: what one is just applying, the other would neither sweep nor know to be late."""
    database = book.logins.open()
    live = parse(f"ams.{SLUG}.policy", stack.cloud_event("policy", "P", 1, policy()), datetime.now(UTC))
    item = replace(live, snapshot="S", id="item")

    async def apply(event: FeedEvent) -> None:
        async with database.transaction(book.agency) as transaction:
            await feed.apply([event], transaction)

    try:
        async with database.transaction(book.agency) as transaction:
            await feed.apply([replace(live, ams_id="Q")], transaction)
            await asyncio.wait_for(apply(live), 25)  # live ones do not wait for one another
            sweeping = asyncio.create_task(apply(item))
            await stack.eventually(lambda: book.logins.value(WAITING), 1)
        await asyncio.wait_for(sweeping, 25)
    finally:
        await database.close()
