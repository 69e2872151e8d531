"""Who is signed in, Home, and the agency."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from contracts.identity.agencies import Agency
from contracts.identity.contacts import GetMe, Me
from gateway.views import home, information

from .answers import PREFIX, PROBLEMS, answer
from .caller import ask_of, caller

router = APIRouter(prefix=PREFIX, responses=PROBLEMS, tags=["account"])


@router.get("/me", response_model=Me)
async def show_me(request: Request) -> Response:
    """The person who is signed in, and the open account."""
    ask = await ask_of(request)
    me = await ask(GetMe())
    return answer(me)


@router.get("/home", response_model=home.Home)
async def show_home(request: Request) -> Response:
    """Everything that Home shows."""
    return answer(await home.compose(await ask_of(request)))


@router.get("/information", response_model=information.Information)
async def show_information(request: Request) -> Response:
    """Who is signed in, and what is on file of the account: its address, its first and its second insured."""
    return answer(await information.compose(await ask_of(request)))


@router.get("/agency", response_model=Agency)
async def show_agency(request: Request) -> Response:
    """The agency's public record."""
    who = await caller(request)
    return answer(await who.parts.agencies.find(who.session.slug))
