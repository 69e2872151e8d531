"""Activity: recorded for other services, shown, checked, and its heads signed."""

from contracts.identity.activities import (
    AgencyEntries,
    Chain,
    Entries,
    ListActivity,
    ListAgencyActivity,
    ReadChain,
    RecordActivity,
    RecordAgencyActivity,
)
from contracts.identity.sessions import NoteExport
from contracts.kinds import Nothing
from kit.bus import Call
from services.identity import agencies
from services.identity.audit import activities, chain
from services.identity.parts import parts

from .service import service


@service.does(RecordActivity)
async def record_activity(job: RecordActivity, call: Call) -> None:
    """What another service did for a contact."""
    async with call.transaction(job.agency) as transaction:
        await activities.record_once(job, transaction)


@service.does(RecordAgencyActivity)
async def record_agency_activity(job: RecordAgencyActivity, call: Call) -> None:
    """What another service did for the agency as a whole."""
    async with call.transaction(job.agency) as transaction:
        await activities.record_agency_once(job, transaction)


@service.answers(ListActivity)
async def list_activity(request: ListActivity, call: Call) -> Entries:
    """The Activity page."""
    async with call.transaction() as transaction:
        return await activities.of_account(request, call.who, transaction)


@service.answers(ListAgencyActivity)
async def list_agency_activity(request: ListAgencyActivity, call: Call) -> AgencyEntries:
    """The console's list, and the agency's systems."""
    async with call.transaction() as transaction:
        return await activities.of_agency(request, transaction)


@service.answers(NoteExport)
async def note_export(_: NoteExport, call: Call) -> Nothing:
    """A copy of the account's data is taken."""
    async with call.transaction() as transaction:
        await activities.record_export(call.who, transaction)
        return Nothing()


@service.answers(ReadChain)
async def read_chain(request: ReadChain, call: Call) -> Chain:
    """For the command line."""
    async with call.transaction() as transaction:
        await agencies.enter(request.agency, transaction)
        return await chain.read(request, transaction)


@service.repeats
async def sign_heads(call: Call, last: bool) -> float:
    """How far each chain has come, for those who keep it elsewhere."""
    heads = parts(call).heads
    await heads.sign_due(call, all_of_them=last)
    return heads.pause
