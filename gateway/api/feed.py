"""The agency's feed over the JSON API: how it is doing, and what of it waits in quarantine to be mended."""

import json
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import Response

from contracts.quarantine import CaughtBody, CaughtEvent, CaughtEvents
from gateway.views import feed
from gateway.views.feed import SyncHealth

from .answers import PREFIX, PROBLEMS, answer
from .caller import agency_caller, browser

router = APIRouter(prefix=PREFIX, responses=PROBLEMS, tags=["agency's systems"])


class Mended(BaseModel):
    """The whole event as it should have been; without it the event is sent again as it came."""

    model_config = ConfigDict(extra="forbid")

    event: dict[str, Any] | None = None


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
