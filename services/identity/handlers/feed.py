"""What identity hears of the AMS."""

from collections.abc import Mapping, Sequence

from contracts.held_removals import DecideHeld, HeldRemoval
from contracts.identity.activities import What
from contracts.identity.feed import (
    CarryOutRemoval,
    DecideHeldRemoval,
    GetCaughtEvent,
    GetFeedHealth,
    ListCaughtEvents,
    ListHeldRemovals,
    ReplayCaughtEvent,
)
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


async def _decided(request: DecideHeld, removal: HeldRemoval, call: Call, transaction: Transaction) -> None:
    what = What.REMOVAL_WANTED if request.remove else What.REMOVAL_FORGOTTEN
    await activities.record(
        what, await doers.of(call.who, request.browser, transaction), transaction, facts=removal.facts()
    )
    if request.remove:
        transaction.enqueue(CarryOutRemoval(agency=transaction.agency, held=removal.id))


feed_desk.open_holds(service, ListHeldRemovals, DecideHeldRemoval, CarryOutRemoval, sync.SWEEPERS, _decided)
