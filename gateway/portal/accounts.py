"""One of several accounts is chosen: at sign-in, and later to switch."""

from urllib.parse import quote
from uuid import UUID

from starlette.responses import Response

from contracts.identity.contacts import GetMe
from contracts.identity.sessions import ChooseAccount, ListAccounts
from contracts.kinds import NotFound, SignInRequired
from gateway.parts import InNameOf
from gateway.visit import Visit, is_local

from . import devices


def address(wanted: str, *, remember: bool = False) -> str:
    """Where an account is chosen before the page that was asked for is opened, and the device perhaps remembered."""
    query = ([f"next={quote(wanted)}"] if wanted != "/" else []) + (["remember=yes"] if remember else [])
    return "/sign-in/account" + (f"?{'&'.join(query)}" if query else "")


async def choose(visit: Visit) -> Response:
    """The accounts of the address that has just been proven."""
    if visit.session is None:
        raise SignInRequired
    if visit.session.account is not None:
        return visit.go("/")
    accounts = await InNameOf(visit.parts.asker, visit.session)(ListAccounts())
    wanted = visit.request.query_params.get("next", "")
    remember = visit.request.query_params.get("remember") == "yes"
    return visit.render(
        "account.html", accounts=accounts.items, wanted=wanted if is_local(wanted) else "/", remember=remember
    )


async def switch(visit: Visit) -> Response:
    """The other accounts of the person who is signed in."""
    me = await visit.ask(GetMe())
    accounts = await visit.ask(ListAccounts())
    return visit.render("account.html", me, accounts=accounts.items, wanted="/", remember=False)


async def open_one(visit: Visit) -> Response:
    """Opens the chosen account in a session with a new token."""
    form = visit.form()
    if visit.session is None:
        raise SignInRequired
    wanted_account, _, wanted_contact = form.get("account", "").partition(":")
    try:
        account, contact = UUID(wanted_account), UUID(wanted_contact) if wanted_contact else None
    except ValueError:
        raise NotFound from None
    choice = ChooseAccount(account=account, contact=contact, browser=visit.browser)
    signed_in = await InNameOf(visit.parts.asker, visit.session)(choice)
    visit.parts.sessions.forget(visit.session.sid)
    wanted = form.get("next", "/")
    response = visit.go(wanted if is_local(wanted) else "/")
    visit.parts.jar.put_session(response, signed_in.token, signed_in.expires_at)
    if form.get("remember"):
        await devices.remember(visit, response, signed_in.token)
    return response
