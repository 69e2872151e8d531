"""Addresses on many accounts, and what staff say of them."""

from contracts.identity.shared_addresses import (
    AllowSharedAddress,
    ListSharedAddresses,
    SharedAddress,
    SharedAddresses,
)
from kit.bus import Call
from services.identity.audit import doers
from services.identity.people import shared_addresses

from .service import service


@service.answers(ListSharedAddresses)
async def list_shared_addresses(_: ListSharedAddresses, call: Call) -> SharedAddresses:
    """For the console."""
    async with call.transaction() as transaction:
        return await shared_addresses.every(transaction)


@service.answers(AllowSharedAddress)
async def allow_shared_address(request: AllowSharedAddress, call: Call) -> SharedAddress:
    """A member of staff has looked at it."""
    async with call.transaction() as transaction:
        doer = await doers.of(call.who, request.browser, transaction)
        return await shared_addresses.allow(request.email, doer, transaction, allowed=request.allowed)
