"""Answering requests: a task per message under a limit, a deadline, an error answer in milliseconds, a clean drain."""

import asyncio
import logging
import time
from typing import Any

from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import MaxPayloadError
from opentelemetry.trace import SpanKind
from pydantic import ValidationError

from contracts.kinds import (
    BadRequest,
    Broken,
    Caller,
    NotAllowed,
    PasskeyRequired,
    ReadOnly,
    Refusal,
    Request,
    SignInRequired,
    Unavailable,
)
from contracts.principal import HEADER, Kind, Limit, Principal
from kit import telemetry
from kit.principal import PrincipalRefused, PrincipalVerifier

from . import failures, wire
from .call import Bus, Call
from .connection import flush, unsubscribe
from .service import Answers, Service

log = logging.getLogger(__name__)
NUL = "A text contains the character NUL (U+0000), which no database takes."


class RequestServer:
    """Answers a service's requests until it is drained."""

    def __init__(self, service: Service, bus: Bus, verifier: PrincipalVerifier, limit: int) -> None:
        self._service = service
        self._bus = bus
        self._verifier = verifier
        self._limit = limit
        self._tasks: set[asyncio.Task[None]] = set()
        self._subscriptions: list[Subscription] = []

    async def start(self) -> None:
        """Subscribes to every request of the service, sharing them with its other processes."""
        for request, handler in self._service.answered.items():

            async def receive(message: Msg, request: type[Request[Any]] = request, handler: Answers = handler) -> None:
                self._receive(message, request, handler)

            self._subscriptions.append(
                await self._bus.client.subscribe(request.subject, queue=self._service.name, cb=receive)
            )
        await flush(self._bus.client)

    async def drain(self) -> None:
        """Stops taking requests and returns when every one that was taken is answered."""
        is_told = await unsubscribe(self._bus.client, self._subscriptions)
        self._subscriptions.clear()
        while self._tasks:
            await asyncio.wait(self._tasks)
        if is_told:
            await flush(self._bus.client)

    def _receive(self, message: Msg, request: type[Request[Any]], handler: Answers) -> None:
        if len(self._tasks) >= self._limit:
            task = asyncio.ensure_future(self._reply(message, *wire.refusal_reply(Unavailable(retry_after=1))))
        else:
            task = asyncio.ensure_future(self._answer(message, request, handler))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, message: Msg, request: type[Request[Any]], handler: Answers) -> None:
        headers = message.headers or {}
        started = time.perf_counter()
        outcome = "ok"
        reply_headers: dict[str, str] | None = None
        with telemetry.span(f"answer {request.subject}", SpanKind.SERVER, headers.get(telemetry.TRACEPARENT)):
            try:
                call = Call(self._bus, *self._caller(request, headers))
                async with asyncio.timeout(_seconds_left(headers)):
                    body = request.model_validate_json(message.data)
                    reply = (await handler(body, call)).model_dump_json().encode()
            except Refusal as refusal:
                outcome = refusal.code
                reply_headers, reply = wire.refusal_reply(refusal)
            except ValidationError as error:
                outcome = "bad_request"
                reply_headers, reply = wire.refusal_reply(wire.bad_request(error))
            except failures.NOT_STORABLE:
                outcome = BadRequest.code
                reply_headers, reply = wire.refusal_reply(BadRequest(pointer="", problem=NUL))
            except Exception as error:
                failure = Unavailable(retry_after=2) if failures.is_outage(error) else Broken()
                outcome = failure.code
                log.exception("not answered", extra={"subject": request.subject})
                telemetry.fail(error)
                reply_headers, reply = wire.refusal_reply(failure)
            await self._reply(message, reply_headers, reply)
        telemetry.REQUESTS.labels(request.subject, outcome).observe(time.perf_counter() - started)

    def _caller(self, request: type[Request[Any]], headers: dict[str, str]) -> tuple[Any, str | None]:
        if request.caller is Caller.PROCESS:
            return None, None
        token = headers.get(HEADER)
        if token is None:
            if request.caller is Caller.ANYONE:
                return None, None
            raise SignInRequired
        if request.caller is Caller.ANYONE:
            return None, None  # a session changes nothing about what anyone may ask
        try:
            principal = self._verifier.verify(token)
        except PrincipalRefused:
            raise SignInRequired from None
        _check(request, principal)
        return principal, token

    async def _reply(self, message: Msg, headers: dict[str, str] | None, body: bytes) -> None:
        if not message.reply:
            return
        try:
            try:
                await self._bus.client.publish(message.reply, body, headers=headers)
            except MaxPayloadError:
                log.error("answer too large", extra={"subject": message.subject, "bytes": len(body)})
                headers, body = wire.refusal_reply(Broken())
                await self._bus.client.publish(message.reply, body, headers=headers)
        except Exception:
            log.exception("reply not sent", extra={"subject": message.subject})


def _check(request: type[Request[Any]], principal: Principal) -> None:
    """Raises the refusal that a principal gets who may not ask this at all."""
    if request.caller in (Caller.SIGNED_IN, Caller.INSURED) and principal.kind is not Kind.CONTACT:
        raise SignInRequired  # staff and systems are nobody's insured
    if request.caller is Caller.INSURED and principal.account is None:
        raise SignInRequired
    if request.caller is Caller.AGENCY:
        if principal.kind is Kind.CONTACT:
            raise SignInRequired
        if principal.kind is Kind.SYSTEM and request.scope not in principal.scopes:
            raise NotAllowed
        if principal.kind is Kind.STAFF and request.roles and principal.role not in request.roles:
            raise NotAllowed
    if principal.limit is not None and principal.limit not in request.limits:
        raise PasskeyRequired if principal.limit is Limit.PASSKEY else SignInRequired
    if principal.read_only and not request.reads:
        raise ReadOnly


def _seconds_left(headers: dict[str, str]) -> float:
    """Seconds until nobody waits for the answer any more; refuses what is late already."""
    try:
        left = float(headers[wire.DEADLINE]) - time.time()
    except (KeyError, ValueError):
        return 5.0
    if left <= 0:
        raise Unavailable(retry_after=1)
    return min(left, 30.0)
