"""What a service answers about its part of the feed, the same in each: its health, its quarantine, sending again."""

from collections.abc import Awaitable, Callable, Mapping

from contracts import ams
from contracts.feed_health import FeedHealth, GetHealth
from contracts.quarantine import CaughtBody, CaughtEvent, CaughtEvents, GetCaught, ListCaught, ReplayCaught

from . import feed_health, quarantine
from .bus import Call, Service
from .database import Transaction

Log = Callable[[ReplayCaught, Call, Mapping[str, str], Transaction], Awaitable[None]]


def open_desk(
    service: Service,
    health: type[GetHealth],
    listing: type[ListCaught],
    showing: type[GetCaught],
    replaying: type[ReplayCaught],
    log: Log,
) -> None:
    """Registers the answers to a service's own four requests; `log` puts a replay into the agency's activity log."""

    heard = frozenset(ams.HEARD_BY[service.name])

    @service.answers(health)
    async def get_health(_: GetHealth, call: Call) -> FeedHealth:
        """For Sync health."""
        async with call.transaction() as transaction:
            return await feed_health.of_agency(service.name, call.bus.client, transaction)

    @service.answers(listing)
    async def list_caught(request: ListCaught, call: Call) -> CaughtEvents:
        """What could not be applied."""
        async with call.transaction() as transaction:
            return await quarantine.listed(request, heard, transaction)

    @service.answers(showing)
    async def show_caught(request: GetCaught, call: Call) -> CaughtBody:
        """One of them with its body."""
        async with call.transaction() as transaction:
            return await quarantine.shown(request.caught, heard, transaction)

    @service.answers(replaying)
    async def replay_caught(request: ReplayCaught, call: Call) -> CaughtEvent:
        """Mended, or as it came."""
        async with call.transaction() as transaction:
            sent = await quarantine.send_again(request, heard, call.who, transaction)
            await log(request, call, {"event": sent.event or str(sent.id)}, transaction)
            return sent
