"""A member's own ways to sign in: passkeys, authenticator app, and where the console is open."""

from typing import Any
from uuid import UUID

from pydantic import ValidationError
from starlette.responses import Response

from contracts.identity.own_ways import (
    AuthenticatorChangeOver,
    BeginAuthenticator,
    BeginOwnPasskey,
    EndOwnOtherSessions,
    EndOwnSession,
    FinishAuthenticator,
    FinishOwnPasskey,
    GetOwnWays,
    LastMeans,
    RemoveAuthenticator,
    RemoveOwnPasskey,
    RenameOwnPasskey,
)
from contracts.identity.passkeys import PasskeyRefused, SignInAgain, TooManyPasskeys
from contracts.identity.sign_in import CodeWrong
from contracts.kinds import NotFound, Refusal
from gateway import acts

from .desk import Desk
from .second_factor import draw, grouped
from .words import reason_of

METHODS = "/sign-in-methods"
NEW_PASSKEY, AUTHENTICATOR = f"{METHODS}/passkeys/new", f"{METHODS}/authenticator"
ADDED = "The passkey was added. From now on it opens the console."
RENAMED = "The passkey has its new name."
REMOVED = "The passkey was removed. It opens nothing any more, and your other sessions have ended."
SET = "The new authenticator app counts from now on. The old one opens nothing any more."
UNSET = "The authenticator app was removed. Its codes no longer count."
ENDED = "That session has ended."
ALL_ENDED = "Your other sessions have ended."


async def show(desk: Desk) -> Response:
    """Everything that opens the console for the member who looks."""
    return await _page(desk)


async def show_new_passkey(desk: Desk) -> Response:
    """The page that makes one more; who came in a while ago signs in again first."""
    error = _error(desk)
    try:
        begun = await desk.ask(BeginOwnPasskey())
    except SignInAgain as refusal:
        return _again(desk, refusal, NEW_PASSKEY)
    except TooManyPasskeys as refusal:
        return await _page(desk, reason_of(desk, refusal.code))
    return await desk.show("own_passkey.html", "own", options=begun.options, error=error)


async def keep_passkey(desk: Desk) -> Response:
    """Keeps what the browser made."""
    form = desk.form()
    credential, name = form.get("credential", "")[:16_000], form.get("name", "")[:60]
    try:
        await desk.ask(FinishOwnPasskey(credential=credential, name=name, browser=desk.browser))
    except (PasskeyRefused, ValidationError):
        desk.turn(staff_error=PasskeyRefused.code)
        return desk.go(NEW_PASSKEY)
    except SignInAgain as refusal:
        return _again(desk, refusal, NEW_PASSKEY)
    except TooManyPasskeys as refusal:
        return await _page(desk, reason_of(desk, refusal.code))
    return desk.go(METHODS, notice=desk.say(ADDED))


async def rename_passkey(desk: Desk) -> Response:
    """Another name for one."""
    form = desk.form()
    passkey = _id(form.get("passkey", ""))
    try:
        wanted = RenameOwnPasskey(passkey=passkey, name=form.get("name", "")[:60])
    except ValidationError:
        return desk.go(METHODS)  # no name: it keeps the one that it has
    await desk.ask(wanted)
    return desk.go(METHODS, notice=desk.say(RENAMED))


async def remove_passkey(desk: Desk) -> Response:
    """Takes one away, unless nothing else is left."""
    passkey = _id(desk.form().get("passkey", ""))
    try:
        await desk.ask(RemoveOwnPasskey(passkey=passkey, browser=desk.browser))
    except SignInAgain as refusal:
        return _again(desk, refusal, METHODS)
    except LastMeans as refusal:
        return await _page(desk, reason_of(desk, refusal.code))
    return desk.go(METHODS, notice=desk.say(REMOVED))


async def show_authenticator(desk: Desk) -> Response:
    """The QR code and the key of the new authenticator, and the field for its first code."""
    error = _error(desk)
    try:
        key = await desk.ask(BeginAuthenticator())
    except SignInAgain as refusal:
        return _again(desk, refusal, AUTHENTICATOR)
    values: dict[str, Any] = {"groups": grouped(key.key), "address": key.address, "drawing": draw(key.address)}
    return await desk.show("own_authenticator.html", "own", error=error, **values)


async def set_authenticator(desk: Desk) -> Response:
    """Puts the new one in the old one's place when its code is right."""
    code = desk.form().get("code", "")[:40]
    try:
        await desk.ask(FinishAuthenticator(code=code, browser=desk.browser))
    except SignInAgain as refusal:
        return _again(desk, refusal, AUTHENTICATOR)
    except CodeWrong as refusal:
        desk.turn(staff_error=refusal.code)
        return desk.go(AUTHENTICATOR)
    except AuthenticatorChangeOver as refusal:
        return await _page(desk, reason_of(desk, refusal.code))
    return desk.go(METHODS, notice=desk.say(SET))


async def remove_authenticator(desk: Desk) -> Response:
    """No app any more, where a passkey is left."""
    desk.form()
    try:
        await desk.ask(RemoveAuthenticator(browser=desk.browser))
    except SignInAgain as refusal:
        return _again(desk, refusal, METHODS)
    except LastMeans as refusal:
        return await _page(desk, reason_of(desk, refusal.code))
    return desk.go(METHODS, notice=desk.say(UNSET))


async def end_session(desk: Desk) -> Response:
    """Ends one that the member does not want."""
    session = _id(desk.form().get("session", ""))
    await desk.ask(EndOwnSession(session=session, browser=desk.browser))
    desk.parts.sessions.forget(session)
    return desk.go(METHODS, notice=desk.say(ENDED))


async def end_others(desk: Desk) -> Response:
    """Ends all but this one."""
    desk.form()
    await desk.ask(EndOwnOtherSessions(browser=desk.browser))
    return desk.go(METHODS, notice=desk.say(ALL_ENDED))


async def _page(desk: Desk, error: str = "") -> Response:
    ways = await desk.ask(GetOwnWays())
    status = 409 if error else 200
    return await desk.show("own_ways.html", "own", status_code=status, ways=ways, acts=acts, error=error)


def _again(desk: Desk, refusal: Refusal, back: str) -> Response:
    """To the door, which says why, and back to the page."""
    desk.turn(staff_error=refusal.code)
    return desk.go(f"/sign-in?next={back}")


def _error(desk: Desk) -> str:
    error = desk.flow.staff_error
    if error:
        desk.turn(staff_error="")
    return reason_of(desk, error)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None
