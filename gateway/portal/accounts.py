"""One of several accounts is chosen: at sign-in, and later to switch."""

from urllib.parse import quote
from uuid import UUID

from starlette.responses import Response

from contracts.identity.contacts import GetMe
from contracts.identity.sessions import ChooseAccount, ListAccounts
from contracts.kinds import NotFound, SignInRequired
from gateway.parts import InNameOf
from gateway.visit import Visit, is_local


def address(wanted: str) -> str:
    """Where an account is chosen before the page that was asked for is opened."""
    return "/sign-in/account" if wanted == "/" else f"/sign-in/account?next={quote(wanted)}"


async def choose(visit: Visit) -> Response:
    """The accounts of the address that has just been proven."""
    if visit.session is None:
        raise SignInRequired
    if visit.session.account is not None:
        return visit.go("/")
    accounts = await InNameOf(visit.parts.asker, visit.session)(ListAccounts())
    wanted = visit.request.query_params.get("next", "")
    return visit.render("account.html", accounts=accounts.items, wanted=wanted if is_local(wanted) else "/")


async def switch(visit: Visit) -> Response:
    """The other accounts of the person who is signed in."""
    me = await visit.ask(GetMe())
    accounts = await visit.ask(ListAccounts())
    return visit.render("account.html", me, accounts=accounts.items, wanted="/")


async def open_one(visit: Visit) -> Response:
    """Opens the chosen account in a session with a new token."""
    form = visit.form()
    if visit.session is None:
        raise SignInRequired
    try:
        account = UUID(form.get("account", ""))
    except ValueError:
        raise NotFound from None
    signed_in = await InNameOf(visit.parts.asker, visit.session)(ChooseAccount(account=account, browser=visit.browser))
    visit.parts.sessions.forget(visit.session.sid)
    wanted = form.get("next", "/")
    response = visit.go(wanted if is_local(wanted) else "/")
    visit.parts.jar.put_session(response, signed_in.token, signed_in.expires_at)
    return response
