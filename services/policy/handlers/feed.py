"""What policy hears of the AMS."""

from collections.abc import Sequence

from contracts.policy.feed import (
    DecideHeldRemoval,
    GetCaughtEvent,
    GetFeedHealth,
    ListCaughtEvents,
    ListHeldRemovals,
    ReplayCaughtEvent,
)
from kit import agency_deeds, feed_desk
from kit.bus import FeedEvent
from kit.database import Transaction
from services.policy.sync import feed

from .service import service


@service.syncs
async def apply_feed(events: Sequence[FeedEvent], transaction: Transaction) -> None:
    """The book as the AMS tells it, and its heartbeats."""
    await feed.apply(events, transaction)


feed_desk.open_desk(service, GetFeedHealth, ListCaughtEvents, GetCaughtEvent, ReplayCaughtEvent, agency_deeds.record)
feed_desk.open_holds(service, ListHeldRemovals, DecideHeldRemoval, feed.SWEEPING, agency_deeds.record)
