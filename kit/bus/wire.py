"""How requests, answers and refusals look on the wire: JSON bodies, and service-error headers after NATS ADR-32."""

import json
from typing import Any

from nats.aio.msg import Msg
from pydantic import BaseModel, ValidationError

from contracts import kinds, streams
from contracts.kinds import BadRequest, Broken, Refusal, Request

from .sentences import first_problem

DEADLINE = "Portico-Deadline"  # seconds since the epoch; after it nobody waits for the answer
REFUSAL = "Portico-Refusal"
ERROR = "Nats-Service-Error"
ERROR_CODE = "Nats-Service-Error-Code"


def refusals() -> dict[str, type[Refusal]]:
    """Every declared refusal by its code."""
    found = {refusal.code: refusal for refusal in kinds.COMMON_REFUSALS}
    for message in streams.messages():
        if issubclass(message, Request):
            found.update({refusal.code: refusal for refusal in message.refusals})
    return found


def refusal_reply(refusal: Refusal) -> tuple[dict[str, str], bytes]:
    """Headers and body that carry a refusal."""
    headers = {ERROR: refusal.title, ERROR_CODE: str(refusal.status), REFUSAL: refusal.code}
    return headers, json.dumps(refusal.facts).encode()


def read_reply(message: Msg, answer: type[BaseModel], known: dict[str, type[Refusal]]) -> BaseModel:
    """The answer in a reply.

    Raises the declared refusal that the reply carries, or Broken where it carries an unknown one.
    """
    headers = message.headers
    if headers and ERROR in headers:
        facts: dict[str, Any] = json.loads(message.data) if message.data else {}
        raise known.get(headers.get(REFUSAL, ""), Broken)(**facts)
    return answer.model_validate_json(message.data)


def bad_request(error: ValidationError) -> BadRequest:
    """The refusal for a body that does not fit: where, and what is wrong."""
    pointer, problem = first_problem(error)
    return BadRequest(pointer=pointer, problem=problem)
