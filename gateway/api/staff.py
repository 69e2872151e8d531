"""The agency's staff over the JSON API: for its admins, and for its system with the scope agency:admin."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from contracts.identity.staff import (
    ChangeMember,
    Email,
    EndMember,
    InviteMember,
    ListStaff,
    Member,
    Name,
    RecoverMember,
    Staff,
)
from contracts.principal import Role

from .answers import PREFIX, PROBLEMS, answer
from .caller import agency_caller, browser

router = APIRouter(prefix=PREFIX, responses=PROBLEMS, tags=["agency"])


class NewMember(BaseModel):
    """Who is invited, and what the person may do."""

    name: Name
    email: Email
    role: Role


class MemberPatch(BaseModel):
    """What to change; what is left out stays."""

    name: Name | None = None
    role: Role | None = None


@router.get("/{agency}/staff", response_model=Staff)
async def show(agency: str, request: Request) -> Response:
    """Everyone by name, those who have left last."""
    who = await agency_caller(request, agency)
    found = await who.ask(ListStaff())
    return answer(found)


@router.post("/{agency}/staff", response_model=Member, status_code=201)
async def invite(agency: str, body: NewMember, request: Request) -> Response:
    """Adds a member and mails an invitation."""
    who = await agency_caller(request, agency)
    wanted = InviteMember(name=body.name, email=body.email, role=body.role, browser=browser(request))
    found = await who.ask(wanted)
    return answer(found, 201)


@router.patch("/{agency}/staff/{member}", response_model=Member)
async def change(agency: str, member: UUID, body: MemberPatch, request: Request) -> Response:
    """Changes a name or a role; with another role the member has to sign in again."""
    who = await agency_caller(request, agency)
    wanted = ChangeMember(member=member, name=body.name, role=body.role, browser=browser(request))
    found = await who.ask(wanted)
    return answer(found)


@router.post("/{agency}/staff/{member}/recovery", response_model=Member)
async def recover(agency: str, member: UUID, request: Request) -> Response:
    """Ends everything that opens for a member, and mails a new invitation."""
    who = await agency_caller(request, agency)
    found = await who.ask(RecoverMember(member=member, browser=browser(request)))
    return answer(found)


@router.delete("/{agency}/staff/{member}", status_code=204)
async def end(agency: str, member: UUID, request: Request) -> Response:
    """Ends a member's work here, with every session and way in."""
    who = await agency_caller(request, agency)
    await who.ask(EndMember(member=member, browser=browser(request)))
    return Response(status_code=204)
