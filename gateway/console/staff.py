"""Staff: who works here, with which role; invited, changed, recovered, ended."""

from uuid import UUID

from pydantic import ValidationError
from starlette.responses import Response

from contracts.identity.staff import (
    ChangeMember,
    EndMember,
    InviteMember,
    LastAdmin,
    ListStaff,
    Member,
    MemberExists,
    RecoverMember,
)
from contracts.kinds import NotFound
from contracts.principal import Role

from .desk import Desk
from .words import reason_of

INVITED = "An invitation is on its way to {email}. It is good for 72 hours."
CHANGED = "{name} is now: {role}."
ENDED = "{name} is no longer on your staff. Everything that was open has ended."
NOT_AN_ADDRESS = "Please check the name and the e-mail address."


async def show(desk: Desk) -> Response:
    """Everyone, and the form to invite one more."""
    return await _page(desk)


async def invite(desk: Desk) -> Response:
    """Adds somebody and sends the invitation."""
    form = desk.form()
    typed = {"name": form.get("name", "")[:120], "email": form.get("email", "")[:254], "role": form.get("role", "")}
    try:
        wanted = InviteMember(**typed, browser=desk.browser)
    except ValidationError:
        return await _page(desk, error=desk.say(NOT_AN_ADDRESS), typed=typed)
    try:
        member = await desk.ask(wanted)
    except MemberExists as refusal:
        return await _page(desk, error=reason_of(desk, refusal.code), typed=typed)
    return desk.go("/staff", notice=desk.say(INVITED, email=member.email))


async def show_one(desk: Desk) -> Response:
    """One member, and what can be done."""
    return await _one(desk)


async def change(desk: Desk) -> Response:
    """Another role."""
    form = desk.form()
    try:
        role = Role(form.get("role", ""))
    except ValueError:
        raise NotFound from None
    wanted = ChangeMember(member=_member(desk), role=role, browser=desk.browser)
    try:
        member = await desk.ask(wanted)
    except LastAdmin as refusal:
        return await _one(desk, error=reason_of(desk, refusal.code))
    return desk.go("/staff", notice=desk.say(CHANGED, name=member.name, role=_role(desk, member)))


async def recover(desk: Desk) -> Response:
    """For who has lost a passkey, an authenticator or an invitation."""
    desk.form()
    try:
        member = await desk.ask(RecoverMember(member=_member(desk), browser=desk.browser))
    except LastAdmin as refusal:
        return await _one(desk, error=reason_of(desk, refusal.code))
    return desk.go("/staff", notice=desk.say(INVITED, email=member.email))


async def end(desk: Desk) -> Response:
    """Somebody leaves."""
    desk.form()
    member = await _find(desk)
    try:
        await desk.ask(EndMember(member=member.id, browser=desk.browser))
    except LastAdmin as refusal:
        return await _one(desk, error=reason_of(desk, refusal.code))
    return desk.go("/staff", notice=desk.say(ENDED, name=member.name))


async def _page(desk: Desk, error: str = "", typed: dict[str, str] | None = None) -> Response:
    staff = await desk.ask(ListStaff())
    blank = {"name": "", "email": "", "role": "agent"}
    return await desk.show(
        "staff.html", "staff", status_code=409 if error else 200, staff=staff.items, error=error, typed=typed or blank
    )


async def _one(desk: Desk, error: str = "") -> Response:
    shown = await _find(desk)
    return await desk.show("member.html", "staff", status_code=409 if error else 200, shown=shown, error=error)


async def _find(desk: Desk) -> Member:
    wanted = _member(desk)
    found = next((member for member in (await desk.ask(ListStaff())).items if member.id == wanted), None)
    if found is None:
        raise NotFound
    return found


def _member(desk: Desk) -> UUID:
    member: UUID = desk.request.path_params["member"]
    return member


def _role(desk: Desk, member: Member) -> str:
    names = {Role.ADMIN: desk.say("Admin"), Role.AGENT: desk.say("Agent"), Role.CSR: desk.say("CSR")}
    return names[member.role]
