"""Accounts as the agency sees them, and the access toggle."""

from contracts.identity.accounts import (
    AccountRecord,
    AccountsFound,
    ContactRecord,
    FindAccounts,
    GetAccount,
    SetAccess,
)
from kit.bus import Call
from services.identity.access import toggles
from services.identity.audit import doers
from services.identity.people import accounts

from .service import service


@service.answers(FindAccounts)
async def find_accounts(request: FindAccounts, call: Call) -> AccountsFound:
    """The console's search."""
    async with call.transaction() as transaction:
        return await accounts.find(request, transaction)


@service.answers(GetAccount)
async def get_account(request: GetAccount, call: Call) -> AccountRecord:
    """An account's page, and the way to it by the agency system's number."""
    async with call.transaction() as transaction:
        return await accounts.one(request, transaction)


@service.answers(SetAccess)
async def set_access(request: SetAccess, call: Call) -> ContactRecord:
    """The toggle."""
    async with call.transaction() as transaction:
        doer = await doers.of(call.who, request.browser, transaction)
        return await toggles.move(request.contact, request.access, doer, transaction)
