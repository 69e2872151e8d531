"""Events of the feed that were sent again from quarantine: what became of each."""

from collections.abc import Sequence
from dataclasses import replace

from kit.database import Transaction

from .failures import Delivery
from .feed_events import FeedEvent

NOTE = "UPDATE quarantine SET outcome = $2 WHERE id = $1 AND replayed_at IS NOT NULL"


def marked(event: FeedEvent, delivery: Delivery) -> FeedEvent:
    """The event, with what it is a replay of."""
    known = delivery.replay_of
    return event if known is None else replace(event, replay=known)


async def note_repeats(deliveries: Sequence[Delivery], fresh: set[int], tx: Transaction) -> None:
    """Notes of what was sent again, and applied before, that it changed nothing."""
    for delivery in deliveries:
        known = delivery.replay_of
        if known is not None and delivery.stream_sequence not in fresh:
            await tx.driver.execute(NOTE, known, "repeated")
