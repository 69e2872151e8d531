"""What identity hears of the AMS."""

from collections.abc import Sequence

from contracts.feed_health import FeedHealth
from contracts.identity.activities import What
from contracts.identity.feed import GetCaughtEvent, GetFeedHealth, ListCaughtEvents, ReplayCaughtEvent
from contracts.quarantine import CaughtBody, CaughtEvent, CaughtEvents
from kit import feed_health, quarantine
from kit.bus import Call, FeedEvent
from kit.database import Transaction
from services.identity.audit import activities, doers
from services.identity.people import sync

from .service import service


@service.syncs
async def apply_feed(events: Sequence[FeedEvent], transaction: Transaction) -> None:
    """Accounts and contacts from the AMS."""
    await sync.apply(events, transaction)


@service.answers(GetFeedHealth)
async def get_feed_health(_: GetFeedHealth, call: Call) -> FeedHealth:
    """For Sync health."""
    async with call.transaction() as transaction:
        return await feed_health.of_agency(service.name, call.bus.client, transaction)


@service.answers(ListCaughtEvents)
async def list_caught_events(request: ListCaughtEvents, call: Call) -> CaughtEvents:
    """What could not be applied."""
    async with call.transaction() as transaction:
        return await quarantine.listed(request, transaction)


@service.answers(GetCaughtEvent)
async def get_caught_event(request: GetCaughtEvent, call: Call) -> CaughtBody:
    """One of them with its body."""
    async with call.transaction() as transaction:
        return await quarantine.shown(request.caught, transaction)


@service.answers(ReplayCaughtEvent)
async def replay_caught_event(request: ReplayCaughtEvent, call: Call) -> CaughtEvent:
    """Mended, or as it came."""
    async with call.transaction() as transaction:
        sent = await quarantine.send_again(request.caught, request.body, call.who, transaction)
        doer = await doers.of(call.who, request.browser, transaction)
        facts = {"event": sent.event or str(sent.id)}
        await activities.record(What.EVENT_SENT_AGAIN, doer, transaction, facts=facts)
        return sent
