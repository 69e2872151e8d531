"""An account's certificate holders, for staff: what waits to be entered in the agency's own system."""

from uuid import UUID

from starlette.responses import Response

from contracts.identity.accounts import GetAccount
from contracts.kinds import NotFound
from contracts.policy.holders import ConfirmHolder, ListAccountHolders
from gateway.views.together import together

from .desk import Desk

CONFIRMED = "{name} is marked as entered."


async def show(desk: Desk) -> Response:
    """The holders of an account, those that wait first."""
    account: UUID = desk.request.path_params["account"]
    query = desk.request.query_params
    wanted = ListAccountHolders(
        account=account, addition=_addition(query.get("addition", "")), cursor=query.get("cursor", "")[:400]
    )
    record, found = await together(desk.ask(GetAccount(account=account)), desk.ask(wanted))
    return await desk.show("holders.html", "accounts", account=record, list=found, addition=wanted.addition)


async def confirm(desk: Desk) -> Response:
    """One of them was entered by hand."""
    form = desk.form()
    account: UUID = desk.request.path_params["account"]
    try:
        wanted = ConfirmHolder(holder=UUID(form.get("holder", "")))
    except ValueError:
        raise NotFound from None
    confirmed = await desk.ask(wanted)
    addition = _addition(form.get("addition", ""))
    back = f"/accounts/{account}/holders" + (f"?addition={addition}" if addition else "")
    return desk.go(back, notice=desk.say(CONFIRMED, name=confirmed.name))


def _addition(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
