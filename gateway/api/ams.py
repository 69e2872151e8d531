"""The agency's system over HTTP: the same events that its NATS user publishes."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from contracts.ams import CloudEvent
from contracts.kinds import BadRequest, NotAllowed
from contracts.principal import Scope
from gateway.feed import Taken
from gateway.refusals import WrongType

from .answers import PREFIX, PROBLEMS, answer
from .caller import agency_caller

router = APIRouter(prefix=PREFIX, responses=PROBLEMS, tags=["agency's systems"])
ONE, BATCH = "application/cloudevents+json", "application/cloudevents-batch+json"
SCHEMA = {"$ref": "#/components/schemas/CloudEvent"}
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {ONE: {"schema": SCHEMA}, BATCH: {"schema": {"type": "array", "items": SCHEMA}}},
    }
}


@router.post("/{agency}/ams/events", response_model=Taken, status_code=202, openapi_extra=BODY)
async def take(agency: str, request: Request) -> Response:
    """Takes one event or a batch; the answer comes once the bus has stored them, and names those that it refused.

    A single event that is refused is a 400; so is a batch of which nothing was accepted.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in (ONE, BATCH):
        raise WrongType
    who = await agency_caller(request, agency)
    if Scope.AMS_PUBLISH not in who.session.scopes:
        raise NotAllowed
    taken = await who.parts.feed.take(agency, request.scope["portico.body"], batch=kind == BATCH)
    if not taken.accepted:
        first = taken.refused[0]
        facts = {} if kind == ONE else {"refused": [each.model_dump() for each in taken.refused]}
        raise BadRequest(pointer=first.pointer, problem=first.problem, reason=first.code, **facts)
    return answer(taken, 202)


def add_schema(schemas: dict[str, Any]) -> None:
    """Adds the envelope to the OpenAPI document's schemas: FastAPI does not read these bodies."""
    schemas["CloudEvent"] = CloudEvent.model_json_schema(ref_template="#/components/schemas/{model}")
