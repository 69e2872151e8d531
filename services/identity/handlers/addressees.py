"""Contacts as one writes to them, and the portal's address by mail."""

from contracts.identity.addressees import Addressee, GetAddressee, PortalLinkSent, SendPortalLink
from kit.bus import Call
from services.identity.people import addressees

from .service import service


@service.answers(GetAddressee)
async def get_addressee(request: GetAddressee, call: Call) -> Addressee:
    """For services that write to contacts on staff's word."""
    async with call.transaction() as transaction:
        return await addressees.one(request, transaction)


@service.answers(SendPortalLink)
async def send_portal_link(request: SendPortalLink, call: Call) -> PortalLinkSent:
    """From the console."""
    async with call.transaction() as transaction:
        return await addressees.send_link(call.who, request, transaction)
