"""What policy hears of the AMS."""

from collections.abc import Sequence

from kit.bus import FeedEvent
from kit.database import Transaction
from services.policy.sync import feed

from .service import service


@service.syncs
async def apply_feed(events: Sequence[FeedEvent], transaction: Transaction) -> None:
    """Carriers, policies and heartbeats from the AMS."""
    await feed.apply(events, transaction)
