"""Webhooks over the JSON API: for the agency's admins, and its systems with the scope agency:admin."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import Response

from contracts.policy.webhooks import (
    AddWebhook,
    ChangeWebhook,
    ChangeWebhookSecret,
    DeliveryState,
    EndWebhook,
    EventNames,
    ListWebhookDeliveries,
    ListWebhooks,
    ReplayStarted,
    ReplayWebhook,
    TryWebhook,
    Url,
    Webhook,
    WebhookDelivery,
    WebhookLog,
    Webhooks,
    WebhookSecret,
)

from .answers import PREFIX, PROBLEMS, answer
from .caller import agency_caller, browser
from .systems import NewSecret

router = APIRouter(prefix=PREFIX, responses=PROBLEMS, tags=["agency's systems"])


class NewWebhook(BaseModel):
    """Where to, and which events; none means all."""

    url: Url
    events: EventNames = ()


class WebhookPatch(BaseModel):
    """What to change; what is left out stays. `on` turns it off and on again."""

    model_config = ConfigDict(extra="forbid")

    url: Url | None = None
    events: EventNames | None = None
    on: bool | None = None


class Since(BaseModel):
    """From when on events are sent again."""

    since: datetime


@router.get("/{agency}/webhooks", response_model=Webhooks)
async def show(agency: str, request: Request) -> Response:
    """The agency's webhooks, and the names of all portal events."""
    who = await agency_caller(request, agency)
    found = await who.ask(ListWebhooks())
    return answer(found)


@router.post("/{agency}/webhooks", response_model=WebhookSecret, status_code=201)
async def add(agency: str, body: NewWebhook, request: Request) -> Response:
    """Adds a webhook; its secret is in this answer and nowhere else."""
    who = await agency_caller(request, agency)
    made = await who.ask(AddWebhook(url=body.url, events=body.events, browser=browser(request)))
    return answer(made, 201)


@router.patch("/{agency}/webhooks/{webhook}", response_model=Webhook)
async def change(agency: str, webhook: UUID, body: WebhookPatch, request: Request) -> Response:
    """Changes what is named."""
    who = await agency_caller(request, agency)
    changes = body.model_dump(exclude_none=True)
    changed = await who.ask(ChangeWebhook(webhook=webhook, browser=browser(request), **changes))
    return answer(changed)


@router.delete("/{agency}/webhooks/{webhook}", status_code=204)
async def end(agency: str, webhook: UUID, request: Request) -> Response:
    """Ends a webhook with all that was on its way to it."""
    who = await agency_caller(request, agency)
    await who.ask(EndWebhook(webhook=webhook, browser=browser(request)))
    return Response(status_code=204)


@router.post("/{agency}/webhooks/{webhook}/secret", response_model=WebhookSecret)
async def change_secret(agency: str, webhook: UUID, body: NewSecret, request: Request) -> Response:
    """Gives a webhook a new secret, which is in this answer and nowhere else."""
    who = await agency_caller(request, agency)
    made = await who.ask(ChangeWebhookSecret(webhook=webhook, at_once=body.at_once, browser=browser(request)))
    return answer(made)


@router.post("/{agency}/webhooks/{webhook}/test", response_model=WebhookDelivery, status_code=202)
async def send_test(agency: str, webhook: UUID, request: Request) -> Response:
    """Sends a test event to this webhook alone."""
    who = await agency_caller(request, agency)
    sent = await who.ask(TryWebhook(webhook=webhook))
    return answer(sent, 202)


@router.get("/{agency}/webhooks/{webhook}/deliveries", response_model=WebhookLog)
async def log(
    agency: str,
    webhook: UUID,
    request: Request,
    state: DeliveryState | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str, Query(max_length=120)] = "",
) -> Response:
    """What was sent in the last 30 days, newest event first, with its next try."""
    who = await agency_caller(request, agency)
    found = await who.ask(ListWebhookDeliveries(webhook=webhook, state=state, limit=limit, cursor=cursor))
    return answer(found)


@router.post("/{agency}/webhooks/{webhook}/replay", response_model=ReplayStarted, status_code=202)
async def replay(agency: str, webhook: UUID, body: Since, request: Request) -> Response:
    """Sends every event again that happened since then."""
    who = await agency_caller(request, agency)
    started = await who.ask(ReplayWebhook(webhook=webhook, since=body.since, browser=browser(request)))
    return answer(started, 202)
