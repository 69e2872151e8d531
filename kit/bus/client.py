"""Asking another service: a typed request, its deadline, and the answer or a declared refusal."""

import asyncio
import time
from typing import TypeVar

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import (
    ConnectionClosedError,
    ConnectionDrainingError,
    NoRespondersError,
    OutboundBufferLimitError,
    TimeoutError,
)
from opentelemetry.trace import SpanKind
from pydantic import BaseModel

from contracts.kinds import Caller, Request, Unavailable
from contracts.principal import HEADER
from kit import telemetry

from . import wire

Answer = TypeVar("Answer", bound=BaseModel)
DEADLINE = 5.0  # seconds
PATIENCE = 2.0  # seconds that a service may be away, between the end of a process and the start of the next
PAUSE = 0.05


class Asker:
    """Asks services in the name of a principal."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._refusals = wire.refusals()

    async def ask(self, request: Request[Answer], principal: str | None = None, deadline: float = DEADLINE) -> Answer:
        """Asks the owner of `request` and returns its answer.

        `principal` is the signed principal of the caller, `deadline` seconds to wait. Raises the refusals that the
        request declares, and Unavailable when nobody answers. Asked again is only what nobody has heard, so that
        nothing is done twice.
        """
        with telemetry.span(f"ask {request.subject}", SpanKind.CLIENT):
            headers = {
                wire.DEADLINE: f"{time.time() + deadline:.3f}",
                telemetry.TRACEPARENT: telemetry.traceparent(),
            }
            if principal and request.caller is not Caller.PROCESS:
                headers[HEADER] = principal
            try:
                reply = await self._heard(request.subject, request.model_dump_json().encode(), headers, deadline)
            except NoRespondersError:
                raise Unavailable(retry_after=1) from None
            except (TimeoutError, OutboundBufferLimitError, ConnectionClosedError, ConnectionDrainingError):
                raise Unavailable(retry_after=2) from None
            return wire.read_reply(reply, request.answer_type(), self._refusals)  # type: ignore[return-value]

    async def _heard(self, subject: str, body: bytes, headers: dict[str, str], deadline: float) -> Msg:
        now = time.monotonic()
        end, patient_until = now + deadline, now + min(PATIENCE, deadline / 2)
        while True:
            try:
                return await self.client.request(
                    subject, body, timeout=max(PAUSE, end - time.monotonic()), headers=headers
                )
            except NoRespondersError:
                if time.monotonic() >= patient_until:
                    raise
            await asyncio.sleep(PAUSE)
