"""What is held back of a snapshot's removals, and an admin's decision about it."""

from contracts.documents.feed import CarryOutRemoval, DecideHeldRemoval, ListHeldRemovals
from contracts.held_removals import HeldRemoval, HeldRemovals
from contracts.identity.activities import What
from kit import held_removals
from kit.bus import Call
from services.documents import activity
from services.documents.sync import feed

from .service import service


@service.answers(ListHeldRemovals)
async def list_held_removals(_: ListHeldRemovals, call: Call) -> HeldRemovals:
    """With what each would remove now."""
    async with call.transaction() as transaction:
        return await held_removals.listed(feed.SWEEPERS, transaction)


@service.answers(DecideHeldRemoval)
async def decide_held_removal(request: DecideHeldRemoval, call: Call) -> HeldRemoval:
    """Leaves the removal to a job, or forgets it."""
    async with call.transaction() as transaction:
        removal, now = await held_removals.decide(request, feed.SWEEPERS, transaction)
        if now:
            what = What.REMOVAL_WANTED if request.remove else What.REMOVAL_FORGOTTEN
            activity.record_of_agency(what, call.who, request.browser, removal.facts(), transaction)
        if now and request.remove:
            transaction.enqueue(CarryOutRemoval(agency=transaction.agency, held=removal.id))
    return removal


@service.does(CarryOutRemoval)
async def carry_out_removal(job: CarryOutRemoval, call: Call) -> None:
    """Some at a time, and each with what is always told when something is gone."""
    await held_removals.carry_out(job, feed.SWEEPERS, call)
