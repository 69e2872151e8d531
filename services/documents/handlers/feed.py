"""What documents hears of the AMS."""

from collections.abc import Mapping, Sequence

from contracts.documents.feed import (
    CarryOutRemoval,
    DecideHeldRemoval,
    GetCaughtEvent,
    GetFeedHealth,
    ListCaughtEvents,
    ListHeldRemovals,
    ReplayCaughtEvent,
)
from contracts.held_removals import DecideHeld, HeldRemoval
from contracts.identity.activities import What
from contracts.quarantine import ReplayCaught
from kit import agency_deeds, feed_desk
from kit.bus import Call, FeedEvent
from kit.database import Transaction
from services.documents.sync import feed

from .service import service


@service.syncs
async def apply_feed(events: Sequence[FeedEvent], transaction: Transaction) -> None:
    """Certificates, their masters, and the documents in the agency's files."""
    await feed.apply(events, transaction)


async def _log(request: ReplayCaught, call: Call, facts: Mapping[str, str], transaction: Transaction) -> None:
    agency_deeds.record(What.EVENT_SENT_AGAIN, call.who, request.browser, facts, transaction)


feed_desk.open_desk(service, GetFeedHealth, ListCaughtEvents, GetCaughtEvent, ReplayCaughtEvent, _log)


async def _decided(request: DecideHeld, removal: HeldRemoval, call: Call, transaction: Transaction) -> None:
    what = What.REMOVAL_WANTED if request.remove else What.REMOVAL_FORGOTTEN
    agency_deeds.record(what, call.who, request.browser, removal.facts(), transaction)
    if request.remove:
        transaction.enqueue(CarryOutRemoval(agency=transaction.agency, held=removal.id))


feed_desk.open_holds(service, ListHeldRemovals, DecideHeldRemoval, CarryOutRemoval, feed.SWEEPERS, _decided)
