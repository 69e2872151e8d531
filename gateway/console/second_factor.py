"""The second factor: proven where there is one, made where there is none yet."""

from io import BytesIO

import segno
from markupsafe import Markup
from starlette.responses import Response

from contracts.identity.passkeys import PasskeyRefused, TooManyPasskeys
from contracts.identity.second_factors import (
    BeginStaffPasskey,
    EntryOver,
    FinishStaffPasskey,
    GetStaffEntry,
    ProveAuthenticator,
    SetUpAuthenticator,
    StaffEntry,
)
from contracts.identity.sign_in import CodeWrong, SlowDown
from contracts.kinds import Refusal

from .desk import Desk
from .words import reason_of


async def show(desk: Desk) -> Response:
    """What the member has, or may make, on this way in."""
    try:
        entry = await _entry(desk)
    except EntryOver as refusal:
        return _again(desk, refusal)
    return desk.draw("second_factor.html", entry=entry, error=_error(desk))


async def begin_passkey(desk: Desk) -> Response:
    """What the browser is to be asked so that it makes a passkey, for the module of the page."""
    desk.form()
    wanted = BeginStaffPasskey(agency=desk.agency.slug, entry=desk.flow.staff_entry)
    return desk.tell((await desk.parts.asker.ask(wanted)).options)


async def make_passkey(desk: Desk) -> Response:
    """Keeps the passkey that the browser made, and opens the console."""
    credential = desk.form().get("credential", "")
    try:
        signed_in = await desk.parts.asker.ask(
            FinishStaffPasskey(
                agency=desk.agency.slug,
                entry=desk.flow.staff_entry,
                credential=credential,
                browser=desk.browser,
            )
        )
    except PasskeyRefused as refusal:
        desk.turn(staff_error=refusal.code)
        return desk.go("/second-factor")
    except (EntryOver, TooManyPasskeys) as refusal:
        return _again(desk, refusal)
    return await desk.come_in(signed_in)


async def show_authenticator(desk: Desk) -> Response:
    """The QR code and the key of a new authenticator, and the field for its first code."""
    try:
        await _entry(desk)
        key = await desk.parts.asker.ask(SetUpAuthenticator(agency=desk.agency.slug, entry=desk.flow.staff_entry))
    except EntryOver as refusal:
        return _again(desk, refusal)
    return desk.draw(
        "authenticator.html",
        groups=grouped(key.key),
        address=key.address,
        drawing=draw(key.address),
        error=_error(desk),
    )


async def prove(desk: Desk) -> Response:
    """Opens the console when the authenticator's code is right."""
    form = desk.form()
    back = "/second-factor/authenticator" if form.get("new") else "/second-factor"
    try:
        signed_in = await desk.parts.asker.ask(
            ProveAuthenticator(
                agency=desk.agency.slug,
                entry=desk.flow.staff_entry,
                code=form.get("code", "")[:40],
                browser=desk.browser,
            )
        )
    except (CodeWrong, SlowDown) as refusal:
        desk.turn(staff_error=refusal.code)
        return desk.go(back)
    except EntryOver as refusal:
        return _again(desk, refusal)
    return await desk.come_in(signed_in)


def grouped(key: str) -> list[str]:
    """A key in groups of four, as people type it."""
    return [key[start : start + 4] for start in range(0, len(key), 4)]


def draw(address: str) -> Markup:
    """The QR code of an address as SVG elements, dark on nothing; the page gives it a white ground."""
    drawn = BytesIO()
    segno.make(address, error="m").save(
        drawn, kind="svg", xmldecl=False, svgns=True, border=4, omitsize=True, svgclass="qr", lineclass=None
    )
    return Markup(drawn.getvalue().decode())  # noqa: S704 - drawn from an address of identity's, and nothing else


async def _entry(desk: Desk) -> StaffEntry:
    if not desk.flow.staff_entry:
        raise EntryOver
    return await desk.parts.asker.ask(GetStaffEntry(agency=desk.agency.slug, entry=desk.flow.staff_entry))


def _error(desk: Desk) -> str:
    error = desk.flow.staff_error
    if error:
        desk.turn(staff_error="")
    return reason_of(desk, error)


def _again(desk: Desk, refusal: Refusal) -> Response:
    desk.turn(staff_entry="", staff_error=refusal.code if desk.flow.staff_entry else "")
    return desk.go("/sign-in")
