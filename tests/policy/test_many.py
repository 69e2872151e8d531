"""Thousands of events with repeats, disorder and poison come to exactly what an independent model says."""

import asyncio
from collections import Counter

import pytest

from tests import stack

from .conftest import Book
from .generated import Feed, generate

TELLING = {
    "policy": ("policies", "number"),
    "receipt": ("receipts", "amount::text"),
    "carrier": ("carriers", "name"),
    "certificate-holder": ("certificate_holders", "name"),
}
IN_FLIGHT = 64


async def publish(book: Book, feed: Feed) -> None:
    """As an AMS does that has several at once on their way."""
    room = asyncio.Semaphore(IN_FLIGHT)
    stream = book.ops.jetstream(timeout=30)

    async def one(subject: str, body: bytes) -> None:
        async with room:
            await stream.publish(subject, body)

    await asyncio.gather(*(one(*message) for message in feed.messages))


async def rows(book: Book) -> dict[tuple[str, str], tuple[int, str | None]]:
    found: dict[tuple[str, str], tuple[int, str | None]] = {}
    for kind, (table, value) in TELLING.items():
        for row in await book.logins.fetch(f"SELECT ams_id, version, deleted, {value} AS value FROM {table}"):
            found[kind, row["ams_id"]] = (row["version"], None if row["deleted"] else row["value"])
    return found


@pytest.mark.slow
@pytest.mark.parametrize("seed", [11])
async def test_a_feed_in_disorder_ends_as_the_model_says(book: Book, seed: int) -> None:
    feed = generate(10_000, seed)
    await publish(book, feed)

    async def settled() -> bool:
        return await stack.unsettled(book.ops, "AMS", "policy-ams") == 0

    await stack.eventually(settled, within=120, every=0.2)
    assert await rows(book) == feed.rows
    caught = Counter(row["body"] for row in await book.logins.fetch("SELECT body FROM quarantine"))
    poison = Counter(body for _, body in feed.messages if not _is_good(body, feed))
    assert caught == poison
    assert len(poison) >= 20


def _is_good(body: bytes, feed: Feed) -> bool:
    """Poison keeps the id of the event that it was made of, somewhere in it."""
    return not any(event.encode() in body for event in feed.poisoned)
