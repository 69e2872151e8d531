"""Settings: an agency's own record, as its staff, its system or the command line changes it."""

from contracts.identity.agencies import Agency
from contracts.identity.settings import ChangeAgency, ChangeSettings, GetSettings, Settings
from kit.bus import Call
from services.identity import agencies
from services.identity.audit import doers

from .service import service


@service.answers(GetSettings)
async def get_settings(_: GetSettings, call: Call) -> Settings:
    """For the console."""
    async with call.transaction() as transaction:
        return await agencies.settings(transaction)


@service.answers(ChangeSettings)
async def change_settings(request: ChangeSettings, call: Call) -> Settings:
    """From the console, or by the agency's system."""
    async with call.transaction() as transaction:
        doer = await doers.of(call.who, request.browser, transaction)
        return await agencies.change_settings(request.changes, doer, transaction, request.version)


@service.answers(ChangeAgency)
async def change_agency(request: ChangeAgency, call: Call) -> Agency:
    """From the command line."""
    async with call.transaction() as transaction:
        agency = await agencies.enter(request.agency, transaction)
        changed = await agencies.change_settings(request.changes, doers.COMMAND_LINE, transaction)
        return Agency(id=agency, **changed.details.model_dump())
