"""The agency's staff: who they are, what they may do, and how they are invited."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from contracts.agency_requests import AdminRequest
from contracts.kinds import Caller, Model, NotFound, Nothing, Refusal, Request
from contracts.principal import Role

from .sessions import Browser
from .texts import AgencySlug

Email = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, max_length=254, pattern=r"^[^@\s\x00<>\",;:]+@[^@\s\x00<>\",;:]+\.[^@\s\x00<>\",;:]+$"
    ),
]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=r"^[^\x00\r\n<>]+$")
]


class MemberExists(Refusal):
    """An active member of staff has this e-mail address already."""

    code, status, title = "member_exists", 409, "Somebody on your staff has this e-mail address already."


class LastAdmin(Refusal):
    """Nobody would be left who can manage the agency."""

    code, status = "last_admin", 409
    title = "This is the last admin who can sign in. Make somebody else an admin first."


class InvitationOver(Refusal):
    """The invitation was used, replaced by a newer one, or has run out of time."""

    code, status = "invitation_over", 410
    title = "This invitation can no longer be used. Please ask an admin of your agency for a new one."


class Member(Model):
    """A member of staff.

    `standing`: `invited` and not in yet (until `invited_until`), `overdue` when the invitation has run out, `in` with
    a second factor, `ended`. `passkeys` counts them, `authenticator` says whether there is one.
    """

    id: UUID
    name: str
    email: str
    role: Role
    standing: Literal["invited", "overdue", "in", "ended"]
    passkeys: int
    authenticator: bool
    invited_until: datetime | None = None
    came_in_at: datetime | None = None


class Staff(Model):
    """Everyone on the staff by name, those who have left last."""

    items: list[Member]


class Invitation(Model):
    """Whom an invitation is for, and when it runs out."""

    name: str
    email: str
    role: Role
    expires_at: datetime


class GetMyself(
    Request[Member],
    owner="identity",
    caller=Caller.AGENCY,
    reads=True,
    asked_by=("gateway", "policy"),
    refusals=(NotFound,),
):
    """The member of staff who asks."""


class ListStaff(AdminRequest[Staff], owner="identity", reads=True):
    """The agency's staff."""


class Colleague(Model):
    """A member of staff as colleagues see one another."""

    id: UUID
    name: str
    role: Role


class Colleagues(Model):
    """Everyone on the staff who can sign in, by name."""

    items: list[Colleague]


class ListColleagues(
    Request[Colleagues], owner="identity", caller=Caller.AGENCY, reads=True, asked_by=("gateway", "policy")
):
    """Whom something can be given to."""


class InviteMember(AdminRequest[Member], owner="identity", refusals=(MemberExists,)):
    """Adds a member of staff, or takes one back who had left, and mails an invitation."""

    name: Name
    email: Email
    role: Role
    browser: Browser = Browser()


class ChangeMember(AdminRequest[Member], owner="identity", refusals=(NotFound, LastAdmin)):
    """Changes a member's name or role; another role ends the member's sessions, so that it counts at once."""

    member: UUID
    name: Name | None = None
    role: Role | None = None
    browser: Browser = Browser()


class EndMember(AdminRequest[Nothing], owner="identity", refusals=(NotFound, LastAdmin)):
    """Ends a member's work here: every session, factor, link and invitation of the member ends with it."""

    member: UUID
    browser: Browser = Browser()


class RecoverMember(AdminRequest[Member], owner="identity", refusals=(NotFound, LastAdmin)):
    """For a member who has lost a phone or key: ends everything that opens, and mails a new invitation."""

    member: UUID
    browser: Browser = Browser()


class AddMember(
    Request[Member],
    owner="identity",
    caller=Caller.PROCESS,
    asked_by=("ops",),
    refusals=(NotFound, MemberExists),
):
    """From the command line: adds a member of staff to the agency and mails an invitation."""

    agency: AgencySlug
    name: Name
    email: Email
    role: Role


class RestoreMember(Request[Member], owner="identity", caller=Caller.PROCESS, asked_by=("ops",), refusals=(NotFound,)):
    """From the command line: recovers a member whom no admin can recover, the last admin for one."""

    agency: AgencySlug
    email: Email


class GetInvitation(
    Request[Invitation], owner="identity", caller=Caller.ANYONE, reads=True, refusals=(NotFound, InvitationOver)
):
    """What an invitation's page shows; looking uses nothing up."""

    agency: AgencySlug
    key: str = Field(max_length=200)
