"""Certificate holders, one by one and from a file."""

from contracts.identity.staff import GetMyself
from contracts.kinds import Nothing
from contracts.policy.holder_sheets import AddHolderSheet, CheckHolderSheet, GetHolderSheet, SheetReport
from contracts.policy.holders import (
    AddHolder,
    ChangeHolder,
    ConfirmHolder,
    GetHolder,
    Holder,
    HolderList,
    ListAccountHolders,
    ListHolders,
    WithdrawHolder,
)
from contracts.principal import Kind
from kit.bus import Call
from services.policy.holders import additions, bulk, lists, office

from .service import service


@service.answers(ListHolders)
async def list_holders(request: ListHolders, call: Call) -> HolderList:
    """The holders of the account."""
    async with call.transaction() as transaction:
        return await lists.of_account(call.account, request, transaction)


@service.answers(GetHolder)
async def get_holder(request: GetHolder, call: Call) -> Holder:
    """One of them."""
    async with call.transaction() as transaction:
        return await lists.one(call.account, request.holder, transaction)


@service.answers(AddHolder)
async def add_holder(request: AddHolder, call: Call) -> Holder:
    """A new one, which waits for the agency."""
    async with call.transaction() as transaction:
        return await additions.add(call.account, request.fields, call.who, transaction)


@service.answers(ChangeHolder)
async def change_holder(request: ChangeHolder, call: Call) -> Holder:
    """One that waits, typed anew."""
    async with call.transaction() as transaction:
        return await additions.change(call.account, request.holder, request.fields, call.who, transaction)


@service.answers(WithdrawHolder)
async def withdraw_holder(request: WithdrawHolder, call: Call) -> Nothing:
    """One that waits, taken back."""
    async with call.transaction() as transaction:
        await additions.withdraw(call.account, request.holder, call.who, transaction)
        return Nothing()


@service.answers(CheckHolderSheet)
async def check_holder_sheet(request: CheckHolderSheet, call: Call) -> SheetReport:
    """A file, before anything is done."""
    async with call.transaction() as transaction:
        return await bulk.check(call.account, request, call.who, transaction)


@service.answers(GetHolderSheet)
async def get_holder_sheet(request: GetHolderSheet, call: Call) -> SheetReport:
    """What a file would do, or has done."""
    async with call.transaction() as transaction:
        return await bulk.report(call.account, request.sheet, transaction)


@service.answers(AddHolderSheet)
async def add_holder_sheet(request: AddHolderSheet, call: Call) -> SheetReport:
    """The holders of a file."""
    async with call.transaction() as transaction:
        return await bulk.add(call.account, request, call.who, transaction)


@service.answers(ListAccountHolders)
async def list_account_holders(request: ListAccountHolders, call: Call) -> HolderList:
    """The holders of an account, for staff."""
    async with call.transaction() as transaction:
        return await lists.for_staff(request, transaction)


@service.answers(ConfirmHolder)
async def confirm_holder(request: ConfirmHolder, call: Call) -> Holder:
    """Staff have entered one by hand."""
    name = (await call.ask(GetMyself())).name if call.who.kind is Kind.STAFF else ""
    async with call.transaction() as transaction:
        return await office.confirm(request.holder, call.who, name, transaction)
