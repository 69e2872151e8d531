"""Passkeys and remembered devices as JSON: signing in with a passkey, and a person's own."""

import json
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from contracts.identity.devices import Devices, ForgetDevice, ListDevices
from contracts.identity.passkeys import (
    BeginPasskey,
    BeginPasskeySignIn,
    EndPasskeys,
    ExcuseFromPasskey,
    FinishPasskey,
    FinishPasskeySignIn,
    GetPasskeyState,
    ListPasskeys,
    PasskeyAdded,
    PasskeyName,
    PasskeyOptions,
    Passkeys,
    PasskeySignIn,
    PasskeyState,
    RemovePasskey,
    RenamePasskey,
)
from contracts.identity.sessions import SignedIn
from gateway.parts import InNameOf

from .answers import PREFIX, PROBLEMS, answer
from .caller import agency_caller, ask_of, browser, caller, parts_of

router = APIRouter(prefix=PREFIX, responses=PROBLEMS, tags=["passkeys"])
PUBLIC: dict[str, list[str]] = {"security": []}  # nobody is signed in yet


class Answered(BaseModel):
    """What the browser answered, as PublicKeyCredential.toJSON() says it, for the sign-in that was begun."""

    sign_in: str = Field(max_length=200)
    credential: dict[str, Any]


class Made(BaseModel):
    """The passkey that the browser made, as PublicKeyCredential.toJSON() says it, and a name for it."""

    credential: dict[str, Any]
    name: PasskeyName = ""


class Renamed(BaseModel):
    """The new name of a passkey."""

    name: PasskeyName = Field(min_length=1)


class Excused(BaseModel):
    """Whether the contact may do without a passkey."""

    excused: bool


@router.post("/{agency}/sign-in/passkey/options", response_model=PasskeySignIn, openapi_extra=PUBLIC)
async def begin_sign_in(agency: str, request: Request) -> Response:
    """What navigator.credentials.get() is to be asked; good once, for five minutes."""
    parts = parts_of(request)
    parts.origins.check(request.headers)
    found = await parts.agencies.find(agency)
    begun = await parts.asker.ask(BeginPasskeySignIn(agency=found.slug, browser=browser(request)))
    return answer(begun)


@router.post("/{agency}/sign-in/passkey", response_model=SignedIn, openapi_extra=PUBLIC)
async def sign_in(agency: str, body: Answered, request: Request) -> Response:
    """Trades the browser's answer for a session's token."""
    parts = parts_of(request)
    parts.origins.check(request.headers)
    found = await parts.agencies.find(agency)
    wanted = FinishPasskeySignIn(
        agency=found.slug, sign_in=body.sign_in, credential=json.dumps(body.credential), browser=browser(request)
    )
    signed_in = await parts.asker.ask(wanted)
    return answer(signed_in)


@router.get("/passkeys", response_model=Passkeys)
async def show_list(request: Request) -> Response:
    """The passkeys of the person who is signed in."""
    ask = await ask_of(request)
    found = await ask(ListPasskeys())
    return answer(found)


@router.post("/passkeys/options", response_model=PasskeyOptions)
async def begin(request: Request) -> Response:
    """What navigator.credentials.create() is to be asked; good once, for five minutes, in this session."""
    ask = await ask_of(request)
    begun = await ask(BeginPasskey())
    return answer(begun)


@router.post("/passkeys", response_model=PasskeyAdded, status_code=201)
async def keep(body: Made, request: Request) -> Response:
    """Keeps the passkey; where it was demanded first, `signed_in` holds the session that replaces this one."""
    who = await caller(request)
    wanted = FinishPasskey(credential=json.dumps(body.credential), name=body.name, browser=browser(request))
    added = await who.ask(wanted)
    response = answer(added, 201)
    if added.signed_in is not None:
        who.parts.sessions.forget(who.session.sid)
        if who.by_cookie:
            who.parts.jar.put_session(response, added.signed_in.token, added.signed_in.expires_at)
    return response


@router.patch("/passkeys/{passkey}", status_code=204)
async def rename(passkey: UUID, body: Renamed, request: Request) -> Response:
    """Gives a passkey another name."""
    ask = await ask_of(request)
    await ask(RenamePasskey(passkey=passkey, name=body.name))
    return Response(status_code=204)


@router.delete("/passkeys/{passkey}", status_code=204)
async def remove(passkey: UUID, request: Request) -> Response:
    """Removes a passkey."""
    ask = await ask_of(request)
    await ask(RemovePasskey(passkey=passkey, browser=browser(request)))
    return Response(status_code=204)


@router.get("/devices", response_model=Devices)
async def show_devices(request: Request) -> Response:
    """Where the person is remembered for ID cards."""
    ask = await ask_of(request)
    found = await ask(ListDevices())
    return answer(found)


@router.delete("/devices/{device}", status_code=204)
async def forget_device(device: UUID, request: Request) -> Response:
    """Forgets a device."""
    ask = await ask_of(request)
    await ask(ForgetDevice(device=device, browser=browser(request)))
    return Response(status_code=204)


@router.get("/{agency}/contacts/{contact}/passkeys", response_model=PasskeyState)
async def state(agency: str, contact: UUID, request: Request) -> Response:
    """For the agency: how many passkeys a contact has, and whether it may do without."""
    who = await agency_caller(request, agency)
    found = await InNameOf(who.parts.asker, who.session)(GetPasskeyState(contact=contact))
    return answer(found)


@router.delete("/{agency}/contacts/{contact}/passkeys", response_model=PasskeyState)
async def end_all(agency: str, contact: UUID, request: Request) -> Response:
    """For the agency: removes the passkeys of a contact who has lost them, and ends its sessions."""
    who = await agency_caller(request, agency)
    ended = await InNameOf(who.parts.asker, who.session)(EndPasskeys(contact=contact, browser=browser(request)))
    return answer(ended)


@router.put("/{agency}/contacts/{contact}/passkeys", response_model=PasskeyState)
async def excuse(agency: str, contact: UUID, body: Excused, request: Request) -> Response:
    """For the agency: lets a contact do without a passkey where one is required, or no longer."""
    who = await agency_caller(request, agency)
    wanted = ExcuseFromPasskey(contact=contact, excused=body.excused, browser=browser(request))
    excused = await InNameOf(who.parts.asker, who.session)(wanted)
    return answer(excused)
