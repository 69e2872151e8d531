"""One of several accounts is chosen: at sign-in, and later to switch."""

from uuid import UUID

from starlette.responses import Response

from contracts.identity import ChooseAccount, GetMe
from contracts.kinds import NotFound, SignInRequired
from gateway.cookies import CHOICES_LIFETIME, Choices
from gateway.parts import InNameOf
from gateway.visit import Visit


async def choose(visit: Visit) -> Response:
    """The accounts of the address that has just been proven."""
    if visit.session is None:
        raise SignInRequired
    if visit.session.account is not None:
        return visit.go("/")
    choices = _kept(visit)
    return visit.render("account.html", accounts=choices.accounts) if choices else visit.go("/sign-in?next=/")


async def switch(visit: Visit) -> Response:
    """The other accounts of the person who is signed in."""
    me = await visit.ask(GetMe())
    choices = _kept(visit)
    return visit.render("account.html", me, accounts=choices.accounts if choices else [me.account])


async def open_one(visit: Visit) -> Response:
    """Opens the chosen account in a session with a new token."""
    form = visit.form()
    if visit.session is None:
        raise SignInRequired
    try:
        account = UUID(form.get("account", ""))
    except ValueError:
        raise NotFound from None
    signed_in = await InNameOf(visit.parts.asker, visit.session)(ChooseAccount(account=account))
    visit.parts.sessions.forget(visit.session.sid)
    choices = _kept(visit)
    response = visit.go(choices.next if choices else "/")
    visit.parts.jar.put_session(response, signed_in.token, signed_in.expires_at)
    if choices:
        keep(visit, response, Choices(accounts=choices.accounts), signed_in.token)
    return response


def keep(visit: Visit, response: Response, choices: Choices, token: str) -> None:
    """Leaves the choices with the browser, bound to its session."""
    sealed = visit.parts.seal.close(f"choices {token}", choices, CHOICES_LIFETIME)
    visit.parts.jar.put(response, visit.parts.jar.choices, sealed, CHOICES_LIFETIME)


def _kept(visit: Visit) -> Choices | None:
    sealed = visit.request.cookies.get(visit.parts.jar.choices, "")
    return visit.parts.seal.open(f"choices {visit.token}", sealed, Choices) if sealed else None
