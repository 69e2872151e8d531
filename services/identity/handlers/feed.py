"""What identity hears of the AMS."""

from collections.abc import Mapping, Sequence

from contracts.identity.activities import What
from contracts.identity.feed import GetCaughtEvent, GetFeedHealth, ListCaughtEvents, ReplayCaughtEvent
from contracts.quarantine import ReplayCaught
from kit import feed_desk
from kit.bus import Call, FeedEvent
from kit.database import Transaction
from services.identity.audit import activities, doers
from services.identity.people import sync

from .service import service


@service.syncs
async def apply_feed(events: Sequence[FeedEvent], transaction: Transaction) -> None:
    """Accounts and contacts from the AMS."""
    await sync.apply(events, transaction)


async def _log(request: ReplayCaught, call: Call, facts: Mapping[str, str], transaction: Transaction) -> None:
    doer = await doers.of(call.who, request.browser, transaction)
    await activities.record(What.EVENT_SENT_AGAIN, doer, transaction, facts=facts)


feed_desk.open_desk(service, GetFeedHealth, ListCaughtEvents, GetCaughtEvent, ReplayCaughtEvent, _log)
