"""A member's own ways in over the JSON API: for staff alone, by the console's cookie or a session's token."""

import json
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from contracts.identity.own_ways import (
    BeginAuthenticator,
    BeginOwnPasskey,
    EndOwnOtherSessions,
    EndOwnSession,
    FinishAuthenticator,
    FinishOwnPasskey,
    GetOwnWays,
    OwnWays,
    RemoveAuthenticator,
    RemoveOwnPasskey,
    RenameOwnPasskey,
)
from contracts.identity.passkeys import Passkey, PasskeyName, PasskeyOptions
from contracts.identity.second_factors import AuthenticatorKey
from contracts.identity.sessions import SessionsEnded

from .answers import PREFIX, PROBLEMS, answer
from .caller import agency_caller, browser

METHODS = "/{agency}/sign-in-methods"
router = APIRouter(prefix=PREFIX, responses=PROBLEMS, tags=["staff"])


class MadeByStaff(BaseModel):
    """The passkey that the browser made, as PublicKeyCredential.toJSON() says it, and a name for it."""

    credential: dict[str, Any]
    name: PasskeyName = ""


class NewName(BaseModel):
    """The new name of a passkey."""

    name: PasskeyName = Field(min_length=1)


class FirstCode(BaseModel):
    """The six digits that the new authenticator shows."""

    code: str = Field(max_length=40)


@router.get(METHODS, response_model=OwnWays)
async def show(agency: str, request: Request) -> Response:
    """One's own passkeys, authenticator and sessions."""
    who = await agency_caller(request, agency)
    found = await who.ask(GetOwnWays())
    return answer(found)


@router.post(f"{METHODS}/passkeys/options", response_model=PasskeyOptions)
async def begin_passkey(agency: str, request: Request) -> Response:
    """What navigator.credentials.create() is to be asked; good once, for five minutes, in this session."""
    who = await agency_caller(request, agency)
    begun = await who.ask(BeginOwnPasskey())
    return answer(begun)


@router.post(f"{METHODS}/passkeys", response_model=Passkey, status_code=201)
async def keep_passkey(agency: str, body: MadeByStaff, request: Request) -> Response:
    """Keeps the passkey."""
    who = await agency_caller(request, agency)
    wanted = FinishOwnPasskey(credential=json.dumps(body.credential), name=body.name, browser=browser(request))
    made = await who.ask(wanted)
    return answer(made, 201)


@router.patch(f"{METHODS}/passkeys/{{passkey}}", status_code=204)
async def rename_passkey(agency: str, passkey: UUID, body: NewName, request: Request) -> Response:
    """Gives a passkey another name."""
    who = await agency_caller(request, agency)
    await who.ask(RenameOwnPasskey(passkey=passkey, name=body.name))
    return Response(status_code=204)


@router.delete(f"{METHODS}/passkeys/{{passkey}}", status_code=204)
async def remove_passkey(agency: str, passkey: UUID, request: Request) -> Response:
    """Removes a passkey and ends one's other sessions; never the last thing that opens the console."""
    who = await agency_caller(request, agency)
    await who.ask(RemoveOwnPasskey(passkey=passkey, browser=browser(request)))
    return Response(status_code=204)


@router.post(f"{METHODS}/authenticator/key", response_model=AuthenticatorKey)
async def begin_authenticator(agency: str, request: Request) -> Response:
    """The key of a new authenticator; the old one counts until the new one's code has come."""
    who = await agency_caller(request, agency)
    begun = await who.ask(BeginAuthenticator())
    return answer(begun)


@router.put(f"{METHODS}/authenticator", status_code=204)
async def finish_authenticator(agency: str, body: FirstCode, request: Request) -> Response:
    """Puts the new authenticator in the old one's place."""
    who = await agency_caller(request, agency)
    await who.ask(FinishAuthenticator(code=body.code, browser=browser(request)))
    return Response(status_code=204)


@router.delete(f"{METHODS}/authenticator", status_code=204)
async def remove_authenticator(agency: str, request: Request) -> Response:
    """Removes the authenticator, where a passkey is left."""
    who = await agency_caller(request, agency)
    await who.ask(RemoveAuthenticator(browser=browser(request)))
    return Response(status_code=204)


@router.delete(f"{METHODS}/sessions/{{session}}", status_code=204)
async def end_session(agency: str, session: UUID, request: Request) -> Response:
    """Ends one of one's sessions."""
    who = await agency_caller(request, agency)
    await who.ask(EndOwnSession(session=session, browser=browser(request)))
    who.parts.sessions.forget(session)
    return Response(status_code=204)


@router.delete(f"{METHODS}/sessions", response_model=SessionsEnded)
async def end_other_sessions(agency: str, request: Request) -> Response:
    """Ends all of them but this one."""
    who = await agency_caller(request, agency)
    ended = await who.ask(EndOwnOtherSessions(browser=browser(request)))
    return answer(ended)
