"""What identity hears of the AMS."""

from collections.abc import Mapping, Sequence

from contracts.identity.activities import What
from contracts.identity.feed import (
    DecideHeldRemoval,
    GetCaughtEvent,
    GetFeedHealth,
    ListCaughtEvents,
    ListHeldRemovals,
    ReplayCaughtEvent,
)
from contracts.identity.sessions import Browser
from contracts.principal import Principal
from kit import feed_desk
from kit.bus import FeedEvent
from kit.database import Transaction
from services.identity.audit import activities, doers
from services.identity.people import sync

from .service import service


@service.syncs
async def apply_feed(events: Sequence[FeedEvent], transaction: Transaction) -> None:
    """Accounts and contacts from the AMS."""
    await sync.apply(events, transaction)


async def _record(
    what: What, who: Principal, browser: Browser, facts: Mapping[str, str], transaction: Transaction
) -> None:
    await activities.record(what, await doers.of(who, browser, transaction), transaction, facts=facts)


feed_desk.open_desk(service, GetFeedHealth, ListCaughtEvents, GetCaughtEvent, ReplayCaughtEvent, _record)
feed_desk.open_holds(service, ListHeldRemovals, DecideHeldRemoval, sync.SWEEPING, _record)
