"""The session itself: which account it opens, and its end."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from contracts.identity.sessions import ChooseAccount, EndSession, SignedIn
from gateway.parts import InNameOf

from .answers import PREFIX, PROBLEMS, answer
from .caller import browser, caller

router = APIRouter(prefix=PREFIX, responses=PROBLEMS, tags=["session"])


class Choice(BaseModel):
    """The account to open; `contact` says who, where two people on it share the address."""

    account: UUID
    contact: UUID | None = None


@router.post("/session/account", response_model=SignedIn)
async def choose(body: Choice, request: Request) -> Response:
    """Opens an account in a session with a new token; the old token ends."""
    who = await caller(request)
    signed_in = await InNameOf(who.parts.asker, who.session)(
        ChooseAccount(account=body.account, contact=body.contact, browser=browser(request))
    )
    who.parts.sessions.forget(who.session.sid)
    response = answer(signed_in)
    if who.by_cookie:
        who.parts.jar.put_session(response, signed_in.token, signed_in.expires_at)
    return response


@router.delete("/session", status_code=204)
async def end(request: Request) -> Response:
    """Signs out."""
    who = await caller(request)
    await InNameOf(who.parts.asker, who.session)(EndSession())
    who.parts.sessions.forget(who.session.sid)
    response = Response(status_code=204, headers={"clear-site-data": '"cache", "storage"'})
    if who.by_cookie:
        who.parts.jar.clear(response, who.parts.jar.session)
    return response
