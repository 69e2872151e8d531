"""Passkeys: signing in with one, making one, and the names and removal of those that there are."""

from uuid import UUID

from starlette.responses import Response

from contracts.identity.contacts import GetMe
from contracts.identity.passkeys import (
    BeginPasskey,
    BeginPasskeySignIn,
    FinishPasskey,
    FinishPasskeySignIn,
    PasskeyNeeded,
    PasskeyRefused,
    RemovePasskey,
    RenamePasskey,
    SignInAgain,
    TooManyPasskeys,
)
from contracts.kinds import NotFound, SignInRequired
from contracts.principal import Limit
from gateway.visit import Visit

from .arrival import arrive
from .words import reason_of

METHODS = "/sign-in-methods"
NEW, FIRST = f"{METHODS}/passkeys/new", "/sign-in/passkey/first"
ADDED = "The passkey was added. From now on it opens the portal without a code."
REMOVED = "The passkey was removed. It opens nothing any more."
RENAMED = "The passkey has its new name."


async def begin_sign_in(visit: Visit) -> Response:
    """What the browser is to be asked, for the module of the sign-in page."""
    visit.form()
    begun = await visit.parts.asker.ask(BeginPasskeySignIn(agency=visit.agency.slug, browser=visit.browser))
    visit.turn(passkey=begun.sign_in)
    return visit.tell(begun.options)


async def sign_in(visit: Visit) -> Response:
    """In, with what the browser answered."""
    credential = visit.form().get("credential", "")
    if not visit.flow.passkey or not credential:
        visit.turn(error=PasskeyRefused.code)
        return visit.go("/sign-in")
    wanted = FinishPasskeySignIn(
        agency=visit.agency.slug, sign_in=visit.flow.passkey, credential=credential, browser=visit.browser
    )
    try:
        signed_in = await visit.parts.asker.ask(wanted)
    except (PasskeyRefused, NotFound):
        visit.turn(passkey="", error=PasskeyRefused.code)
        return visit.go("/sign-in")
    return arrive(visit, signed_in)


async def make(visit: Visit) -> Response:
    """The page that makes one; who came in a while ago signs in again first."""
    me = await visit.ask(GetMe())
    error = _error(visit)
    try:
        begun = await visit.ask(BeginPasskey())
    except (SignInAgain, PasskeyNeeded, TooManyPasskeys) as refusal:
        return _instead(visit, refusal)
    return visit.render("passkey_new.html", me, options=begun.options, error=error)


async def make_first(visit: Visit) -> Response:
    """The page before everything else, where the agency requires a passkey and the person came in without one."""
    if visit.session is None:
        raise SignInRequired
    if visit.session.limit is not Limit.PASSKEY:
        return visit.go("/")
    error = _error(visit)
    try:
        begun = await visit.ask(BeginPasskey())
    except SignInAgain:
        return visit.go(f"/sign-in?next={FIRST}")
    except NotFound:
        return visit.go("/")
    except (PasskeyNeeded, TooManyPasskeys):
        return visit.render("passkey_first.html", options=None, error=error)
    return visit.render("passkey_first.html", options=begun.options, error=error)


async def keep(visit: Visit) -> Response:
    """Keeps what the browser made."""
    form = visit.form()
    if visit.session is None:
        raise SignInRequired
    first = visit.session.limit is Limit.PASSKEY
    wanted = FinishPasskey(credential=form.get("credential", ""), name=form.get("name", "")[:60], browser=visit.browser)
    try:
        added = await visit.ask(wanted)
    except PasskeyRefused as refusal:
        visit.turn(error=refusal.code)
        return visit.go(FIRST if first else NEW)
    except (SignInAgain, PasskeyNeeded, TooManyPasskeys) as refusal:
        return _instead(visit, refusal)
    response = visit.go("/" if first else METHODS, notice=visit.say(ADDED))
    if added.signed_in is not None:
        visit.parts.sessions.forget(visit.session.sid)
        visit.parts.jar.put_session(response, added.signed_in.token, added.signed_in.expires_at)
    return response


async def rename(visit: Visit) -> Response:
    """Another name for one."""
    form = visit.form()
    name = form.get("name", "").strip()[:60]
    if not name:
        return visit.go(METHODS)
    await visit.ask(RenamePasskey(passkey=_passkey(form.get("passkey", "")), name=name))
    return visit.go(METHODS, notice=visit.say(RENAMED))


async def remove(visit: Visit) -> Response:
    """One less."""
    wanted = RemovePasskey(passkey=_passkey(visit.form().get("passkey", "")), browser=visit.browser)
    try:
        await visit.ask(wanted)
    except (SignInAgain, PasskeyNeeded) as refusal:
        return _instead(visit, refusal)
    return visit.go(METHODS, notice=visit.say(REMOVED))


def _instead(visit: Visit, refusal: SignInAgain | PasskeyNeeded | TooManyPasskeys) -> Response:
    """Where a refusal leads: to a new sign-in, which comes back here, or to the list with the reason."""
    if isinstance(refusal, SignInAgain):
        again = NEW if visit.request.scope["path"].endswith("/passkeys/new") else METHODS
        return visit.go(f"/sign-in?next={again}", notice=visit.say(refusal.title))
    return visit.go(METHODS, notice=visit.say(refusal.title))


def _error(visit: Visit) -> str:
    code = visit.flow.error
    if code:
        visit.turn(error="")
    return reason_of(visit, code)


def _passkey(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise NotFound from None
