"""What a service answers about its part of the feed, the same in each: health, quarantine, what is held back."""

from collections.abc import Awaitable, Callable, Mapping

from contracts import ams
from contracts.feed_health import FeedHealth, GetHealth
from contracts.held_removals import CarryOut, DecideHeld, HeldRemoval, HeldRemovals, ListHeld
from contracts.identity.activities import What
from contracts.identity.sessions import Browser
from contracts.principal import Principal
from contracts.quarantine import CaughtBody, CaughtEvent, CaughtEvents, GetCaught, ListCaught, ReplayCaught

from . import feed_health, held_removals, quarantine
from .bus import Call, Service
from .bus.sweeps import Sweeping
from .database import Transaction

Record = Callable[[What, Principal, Browser, Mapping[str, str], Transaction], Awaitable[None]]


def open_desk(
    service: Service,
    health: type[GetHealth],
    listing: type[ListCaught],
    showing: type[GetCaught],
    replaying: type[ReplayCaught],
    record: Record,
) -> None:
    """Registers the answers to a service's own four requests; `record` puts what is done into the activity log."""

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
            facts = {"event": sent.event or str(sent.id)}
            await record(What.EVENT_SENT_AGAIN, call.who, request.browser, facts, transaction)
            return sent


def open_holds(
    service: Service,
    listing: type[ListHeld],
    deciding: type[DecideHeld],
    sweeping: Sweeping,
    record: Record,
) -> None:
    """Registers the answers about what is held back of a snapshot's removals, and the job that carries one out."""

    @service.answers(listing)
    async def list_held_removals(_: ListHeld, call: Call) -> HeldRemovals:
        """With what each would remove now."""
        async with call.transaction() as transaction:
            return await held_removals.listed(sweeping, transaction)

    @service.answers(deciding)
    async def decide_held_removal(request: DecideHeld, call: Call) -> HeldRemoval:
        """Leaves the removal to a job, or forgets it."""
        async with call.transaction() as transaction:
            removal, now = await held_removals.decide(request, sweeping, transaction)
            if now:
                what = What.REMOVAL_WANTED if request.remove else What.REMOVAL_FORGOTTEN
                await record(what, call.who, request.browser, removal.facts(), transaction)
            if now and request.remove:
                transaction.enqueue(sweeping.carry_out(agency=transaction.agency, held=removal.id))
        return removal

    @service.does(sweeping.carry_out)
    async def carry_out_removal(job: CarryOut, call: Call) -> None:
        """Some at a time, and each with what is always told when something is gone."""
        await held_removals.carry_out(job, sweeping, call)
