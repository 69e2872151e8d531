"""Signing in over the JSON API: address, code, session."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from contracts.identity.sessions import SignedIn
from contracts.identity.sign_in import CodeSent, FinishSignIn, SendCode, SignInStarted, StartSignIn

from .answers import PREFIX, PROBLEMS, answer
from .caller import browser, parts_of

router = APIRouter(prefix=PREFIX, responses=PROBLEMS, tags=["sign-in"])
PUBLIC: dict[str, list[str]] = {"security": []}  # nobody is signed in yet


class Address(BaseModel):
    """A contact's primary e-mail."""

    email: str = Field(max_length=254)


class Way(BaseModel):
    """How the code is sent: one of the sign-in's channels, or the one used before."""

    channel: UUID | None = None


class Code(BaseModel):
    """An identification code as it was typed."""

    code: str = Field(max_length=40)


@router.post("/{agency}/sign-in", response_model=SignInStarted, openapi_extra=PUBLIC)
async def start(agency: str, body: Address, request: Request) -> Response:
    """Starts a sign-in; with a single way to send it, the code is sent at once."""
    parts = parts_of(request)
    parts.origins.check(request.headers)
    found = await parts.agencies.find(agency)
    started = await parts.asker.ask(StartSignIn(agency=found.slug, email=body.email.strip(), browser=browser(request)))
    if started.next == "google":
        started = started.model_copy(update={"google": f"{parts.settings.public_url}/{found.slug}/sign-in/google"})
    return answer(started)


@router.post("/{agency}/sign-in/{sign_in}/code", response_model=CodeSent, status_code=202, openapi_extra=PUBLIC)
async def send(agency: str, sign_in: str, request: Request, body: Way | None = None) -> Response:
    """Sends a code, or a new one."""
    parts = parts_of(request)
    parts.origins.check(request.headers)
    found = await parts.agencies.find(agency)
    wanted = SendCode(
        agency=found.slug, sign_in=sign_in[:200], channel=body.channel if body else None, browser=browser(request)
    )
    sent = await parts.asker.ask(wanted)
    return answer(sent, 202)


@router.post("/{agency}/sign-in/{sign_in}/verify", response_model=SignedIn, openapi_extra=PUBLIC)
async def verify(agency: str, sign_in: str, body: Code, request: Request) -> Response:
    """Trades the code for a session's token."""
    parts = parts_of(request)
    parts.origins.check(request.headers)
    found = await parts.agencies.find(agency)
    wanted = FinishSignIn(agency=found.slug, sign_in=sign_in[:200], code=body.code, browser=browser(request))
    signed_in = await parts.asker.ask(wanted)
    return answer(signed_in)
