"""The agency's feed over the JSON API: how it is doing, what waits in quarantine to be mended, what is held back."""

import json
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, StrictBool
from starlette.requests import Request
from starlette.responses import Response

from contracts.held_removals import HeldRemoval, HeldRemovals
from contracts.quarantine import CaughtBody, CaughtEvent, CaughtEvents
from gateway.views import feed, held_removals
from gateway.views.feed import SyncHealth

from .answers import PREFIX, PROBLEMS, answer
from .caller import agency_caller, browser

router = APIRouter(prefix=PREFIX, responses=PROBLEMS, tags=["agency's systems"])


class Mended(BaseModel):
    """The whole event as it should have been; without it the event is sent again as it came."""

    model_config = ConfigDict(extra="forbid")

    event: dict[str, Any] | None = None


class Decision(BaseModel):
    """Whether what the snapshot did not name is removed after all, or stays."""

    model_config = ConfigDict(extra="forbid")

    remove: StrictBool


@router.get("/{agency}/feed", response_model=SyncHealth)
async def show(agency: str, request: Request) -> Response:
    """How the feed is doing: when it was heard, what was applied, superseded and refused in the last day."""
    who = await agency_caller(request, agency)
    return answer(await feed.health(who.ask))


@router.get("/{agency}/quarantine", response_model=CaughtEvents)
async def list_caught(
    agency: str,
    request: Request,
    everything: bool = False,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str, Query(max_length=40, pattern=r"^[0-9a-f-]*$")] = "",
) -> Response:
    """Events that could not be applied, newest first: those that wait, or all."""
    who = await agency_caller(request, agency)
    return answer(await feed.caught(who.ask, everything=everything, limit=limit, cursor=cursor))


@router.get("/{agency}/quarantine/{caught}", response_model=CaughtBody)
async def show_caught(agency: str, caught: UUID, request: Request) -> Response:
    """One of them with its body."""
    who = await agency_caller(request, agency)
    return answer(await feed.one(who.ask, caught))


@router.post("/{agency}/quarantine/{caught}/replay", response_model=CaughtEvent, status_code=202)
async def replay(agency: str, caught: UUID, body: Mended, request: Request) -> Response:
    """Sends one again, mended or as it came; what became of it is told there once it is heard."""
    who = await agency_caller(request, agency)
    text = None if body.event is None else json.dumps(body.event, ensure_ascii=False)
    return answer(await feed.replay(who.ask, caught, text, browser(request)), 202)


@router.get("/{agency}/held-removals", response_model=HeldRemovals)
async def list_held(agency: str, request: Request) -> Response:
    """What snapshots would have removed too much of, so that nobody has decided yet, or that is being removed."""
    who = await agency_caller(request, agency)
    return answer(await held_removals.listed(who.ask))


@router.post("/{agency}/held-removals/{held}/decision", response_model=HeldRemoval, status_code=202)
async def decide_held(agency: str, held: UUID, body: Decision, request: Request) -> Response:
    """Removes what is still to go (in a moment: `state` says how far it is), or forgets it."""
    who = await agency_caller(request, agency)
    return answer(await held_removals.decide(who.ask, held, browser(request), remove=body.remove), 202)
