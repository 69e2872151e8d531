"""The agency's systems over the JSON API: for its admins alone, since a system adds no other."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from contracts.identity.systems import (
    AddSystem,
    ChangeSecret,
    Credentials,
    EndSystem,
    ListSystems,
    Scopes,
    SystemName,
    Systems,
)

from .answers import PREFIX, PROBLEMS, answer
from .caller import agency_caller, browser

router = APIRouter(prefix=PREFIX, responses=PROBLEMS, tags=["agency"])


class NewSystem(BaseModel):
    """A short name in small letters, and what the system may do."""

    name: SystemName
    scopes: Scopes


class NewSecret(BaseModel):
    """Whether the secret before ends at once, with all that it opened, or is good beside it for another day."""

    at_once: bool = False


@router.get("/{agency}/systems", response_model=Systems)
async def show(agency: str, request: Request) -> Response:
    """The agency's systems."""
    who = await agency_caller(request, agency)
    found = await who.ask(ListSystems())
    return answer(found)


@router.post("/{agency}/systems", response_model=Credentials, status_code=201)
async def add(agency: str, body: NewSystem, request: Request) -> Response:
    """Adds a system; its secret is in this answer and nowhere else."""
    who = await agency_caller(request, agency)
    made = await who.ask(AddSystem(name=body.name, scopes=body.scopes, browser=browser(request)))
    return answer(made, 201)


@router.post("/{agency}/systems/{system}/secret", response_model=Credentials)
async def change_secret(agency: str, system: UUID, body: NewSecret, request: Request) -> Response:
    """Gives a system a new secret, which is in this answer and nowhere else."""
    who = await agency_caller(request, agency)
    made = await who.ask(ChangeSecret(system=system, at_once=body.at_once, browser=browser(request)))
    return answer(made)


@router.delete("/{agency}/systems/{system}", status_code=204)
async def end(agency: str, system: UUID, request: Request) -> Response:
    """Ends a system, with its tokens and its connections to the bus."""
    who = await agency_caller(request, agency)
    await who.ask(EndSystem(system=system, browser=browser(request)))
    return Response(status_code=204)
