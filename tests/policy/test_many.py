"""Thousands of events with repeats, disorder, poison and a snapshot come to what an independent model says."""

import asyncpg
import pytest

from kit.bus import brake, failures
from kit.bus.failures import Delivery
from kit.database import Transaction
from kit.entities import Entities
from ops.faults.databases import compare
from ops.faults.feed import Feed
from ops.faults.found import Found
from ops.faults.publishing import Publisher
from tests import stack

from .conftest import SLUG, Book

KINDS = ("policy", "receipt", "carrier", "certificate-holder")


async def publish(book: Book, number: int, seed: int) -> Found:
    """Publishes a generated feed and compares what policy made of it."""
    feed = Feed(number, seed, KINDS)
    publisher = Publisher(book.ops, SLUG, feed.model.published, lambda _: None)

    async def settled() -> bool:
        durables = ("policy-ams", "policy-ams-unknown")
        left = sum([await stack.unsettled(book.ops, "AMS", durable) for durable in durables])
        waiting = await book.logins.value("SELECT count(*) FROM outbox WHERE sent_at IS NULL")
        return bool(left + waiting == 0)

    for section in feed.sections():
        await publisher.publish(section)
        await stack.eventually(settled, within=120, every=0.1)
    database = await asyncpg.connect(book.logins.server.dsn(book.logins.database))
    try:
        return await compare(feed.model, SLUG, {"policy": database}, publisher.attempts)
    finally:
        await database.close()


@pytest.mark.slow
async def test_a_feed_in_disorder_ends_as_the_model_says(book: Book) -> None:
    found = await publish(book, 10_000, seed=11)
    assert found.differences == []
    assert {f"refused as {code}" for code in ("schema", "not_json", "id_reused", "unknown_kind")} <= set(found.counts)
    assert found.counts["policy rows"] > 1000 and found.counts["held back"] > 0


async def _all_are_new(transaction: Transaction, deliveries: list[Delivery], *_: object) -> set[int]:
    """What a consumer without an inbox knows."""
    return {delivery.stream_sequence for delivery in deliveries}


async def _nothing(*_: object) -> list[asyncpg.Record]:
    """A snapshot that sweeps nothing."""
    return []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("without", "seen"),
    [
        ("order", "wrong: policy row"),
        ("inbox", "wrong: reused id"),
        ("sweep", "wrong: carrier row"),
        ("brake", "wrong: policy row"),
    ],
)
async def test_the_comparison_sees_what_is_missing(
    book: Book, without: str, seen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    match without:
        case "order":
            monkeypatch.setattr(Entities, "_keep", property(lambda entities: entities._statement("true")))
        case "inbox":
            monkeypatch.setattr(failures, "note_heard", _all_are_new)
        case "brake":
            monkeypatch.setattr(brake, "is_too_much", lambda _: False)
        case _:
            monkeypatch.setattr(Entities, "sweep", _nothing)
    found = await publish(book, 2_000, seed=5)
    assert found.counts[seen] > 0
