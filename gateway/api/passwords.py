"""User names and passwords as JSON: signing in, setting and changing a password, and what the agency assigns."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from contracts.identity.passwords import (
    AssignUserName,
    ChangePassword,
    FirstPassword,
    GetOwnUserName,
    GetUserName,
    GivenPassword,
    MailPasswordLink,
    MakeFirstPassword,
    OwnUserName,
    PasswordReset,
    PasswordSignIn,
    RemoveUserName,
    SetPasswordByCode,
    SetPasswordByLink,
    SignInWithPassword,
    StartPasswordReset,
    UserName,
    UserNameState,
)
from contracts.identity.sessions import SignedIn
from gateway.parts import InNameOf

from .answers import PREFIX, PROBLEMS, answer
from .caller import agency_caller, ask_of, browser, parts_of

router = APIRouter(prefix=PREFIX, responses=PROBLEMS, tags=["passwords"])
PUBLIC: dict[str, list[str]] = {"security": []}  # nobody is signed in yet


class Name(BaseModel):
    """A user name as it was typed."""

    user_name: str = Field(max_length=254)


class NameAndPassword(Name):
    """A user name and a password as they were typed."""

    password: GivenPassword


class NewByCode(BaseModel):
    """The secret of the sign-in or reset, the code that was mailed, and the password to be."""

    sign_in: str = Field(max_length=200)
    code: str = Field(max_length=40)
    password: GivenPassword


class NewByLink(BaseModel):
    """The key of a mailed link, and the password to be."""

    key: str = Field(max_length=200)
    password: GivenPassword


class Change(BaseModel):
    """The password that is, and the one to be."""

    current: GivenPassword
    password: GivenPassword


class Assigned(BaseModel):
    """The user name for a contact."""

    user_name: UserName


@router.post("/{agency}/sign-in/password", response_model=PasswordSignIn, openapi_extra=PUBLIC)
async def sign_in(agency: str, body: NameAndPassword, request: Request) -> Response:
    """Trades user name and password for a session's token; `code` where it was a printed first password."""
    parts = parts_of(request)
    parts.origins.check(request.headers)
    found = await parts.agencies.find(agency)
    wanted = SignInWithPassword(
        agency=found.slug, user_name=body.user_name, password=body.password, browser=browser(request)
    )
    signed_in = await parts.asker.ask(wanted)
    return answer(signed_in)


@router.post("/{agency}/sign-in/password/reset", response_model=PasswordReset, status_code=202, openapi_extra=PUBLIC)
async def reset(agency: str, body: Name, request: Request) -> Response:
    """Has a code sent to the primary e-mail of whoever has this user name, if anybody has it."""
    parts = parts_of(request)
    parts.origins.check(request.headers)
    found = await parts.agencies.find(agency)
    wanted = StartPasswordReset(agency=found.slug, user_name=body.user_name, browser=browser(request))
    begun = await parts.asker.ask(wanted)
    return answer(begun, 202)


@router.post("/{agency}/sign-in/password/new", response_model=SignedIn, openapi_extra=PUBLIC)
async def set_by_code(agency: str, body: NewByCode, request: Request) -> Response:
    """Sets a password with a code, and signs in."""
    parts = parts_of(request)
    parts.origins.check(request.headers)
    found = await parts.agencies.find(agency)
    wanted = SetPasswordByCode(
        agency=found.slug, sign_in=body.sign_in, code=body.code, password=body.password, browser=browser(request)
    )
    signed_in = await parts.asker.ask(wanted)
    return answer(signed_in)


@router.post("/{agency}/sign-in/password/link", response_model=SignedIn, openapi_extra=PUBLIC)
async def set_by_link(agency: str, body: NewByLink, request: Request) -> Response:
    """Sets a password with a mailed link's key, and signs in."""
    parts = parts_of(request)
    parts.origins.check(request.headers)
    found = await parts.agencies.find(agency)
    wanted = SetPasswordByLink(agency=found.slug, key=body.key, password=body.password, browser=browser(request))
    signed_in = await parts.asker.ask(wanted)
    return answer(signed_in)


@router.get("/password", response_model=OwnUserName)
async def show_own(request: Request) -> Response:
    """The user name of the person who is signed in."""
    ask = await ask_of(request)
    own = await ask(GetOwnUserName())
    return answer(own)


@router.put("/password", status_code=204)
async def change(body: Change, request: Request) -> Response:
    """Changes the password; every other session and remembered device ends."""
    ask = await ask_of(request)
    await ask(ChangePassword(current=body.current, password=body.password, browser=browser(request)))
    return Response(status_code=204)


@router.get("/{agency}/contacts/{contact}/user-name", response_model=UserNameState)
async def state(agency: str, contact: UUID, request: Request) -> Response:
    """For the agency: a contact's user name, and how far its password has come."""
    who = await agency_caller(request, agency)
    found = await InNameOf(who.parts.asker, who.session)(GetUserName(contact=contact))
    return answer(found)


@router.put("/{agency}/contacts/{contact}/user-name", response_model=UserNameState)
async def assign(agency: str, contact: UUID, body: Assigned, request: Request) -> Response:
    """For the agency: assigns a user name."""
    who = await agency_caller(request, agency)
    wanted = AssignUserName(contact=contact, user_name=body.user_name, browser=browser(request))
    assigned = await InNameOf(who.parts.asker, who.session)(wanted)
    return answer(assigned)


@router.delete("/{agency}/contacts/{contact}/user-name", status_code=204)
async def remove(agency: str, contact: UUID, request: Request) -> Response:
    """For the agency: takes user name and password away."""
    who = await agency_caller(request, agency)
    await InNameOf(who.parts.asker, who.session)(RemoveUserName(contact=contact, browser=browser(request)))
    return Response(status_code=204)


@router.post("/{agency}/contacts/{contact}/password-link", response_model=UserNameState, status_code=202)
async def mail_link(agency: str, contact: UUID, request: Request) -> Response:
    """For the agency: mails the link that sets the password."""
    who = await agency_caller(request, agency)
    wanted = MailPasswordLink(contact=contact, browser=browser(request))
    sent = await InNameOf(who.parts.asker, who.session)(wanted)
    return answer(sent, 202)


@router.post("/{agency}/contacts/{contact}/first-password", response_model=FirstPassword, status_code=201)
async def make_first(agency: str, contact: UUID, request: Request) -> Response:
    """For the agency's staff: a password to be printed, shown this once."""
    who = await agency_caller(request, agency)
    wanted = MakeFirstPassword(contact=contact, browser=browser(request))
    made = await InNameOf(who.parts.asker, who.session)(wanted)
    return answer(made, 201)
