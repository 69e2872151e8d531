"""What is on file of an account."""

from contracts.identity.information import GetOnFile, OnFile
from kit.bus import Call
from services.identity.people import information

from .service import service


@service.answers(GetOnFile)
async def get_on_file(_: GetOnFile, call: Call) -> OnFile:
    """For the portal's Information."""
    async with call.transaction() as transaction:
        return await information.on_file(call.who, transaction)
