"""What identity hears of the AMS."""

from collections.abc import Sequence

from kit.bus import FeedEvent
from kit.database import Transaction
from services.identity.people import sync

from .service import service


@service.syncs
async def apply_feed(events: Sequence[FeedEvent], transaction: Transaction) -> None:
    """Accounts and contacts from the AMS."""
    await sync.apply(events, transaction)
