"""The door that every HTTP request passes: its route, limits, trace, metrics, and the headers of its answer."""

import logging
import time
from collections.abc import Sequence

from fastapi import FastAPI
from fastapi.middleware.asyncexitstack import AsyncExitStackMiddleware
from fastapi.routing import APIRoute
from opentelemetry.trace import SpanKind
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contracts.kinds import Broken, NotFound, Refusal
from kit import telemetry

from . import problems
from .limits import Gone, check_head, limit_of, read_body, replay
from .parts import Parts
from .read_only import refuse_writes
from .refusals import MethodNotAllowed
from .security import SAFE_METHODS, answer_headers
from .settings import is_loopback
from .table import Table

log = logging.getLogger(__name__)

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
UNMATCHED = "unmatched"


class Door:
    """The ASGI application; `api` has the routes below /api/, `pages` are all others.

    Routes are matched here and not by FastAPI's application: that knows the route's template before the span opens,
    and leaves every error to problems.py.
    """

    def __init__(self, parts: Parts, pages: Sequence[BaseRoute], api: FastAPI) -> None:
        self._parts = parts
        self._pages = Table(pages)
        self._api = api
        self._calls = Table(api.routes)
        self._headers = answer_headers(parts.settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            return
        started = time.perf_counter()
        answer = Answer(send, self._headers)
        method = scope["method"] if scope["method"] in METHODS else "other"
        route, allowed = (self._calls if scope["path"].startswith("/api/") else self._pages).find(scope)
        template: str = getattr(route, "path", UNMATCHED)
        try:
            with telemetry.span(f"{method} {template}", SpanKind.SERVER, _parent(scope), {"http.route": template}):
                await self._answer(route, template, allowed, scope, receive, answer)
        finally:
            telemetry.PAGES.labels(template, method, str(answer.status)).observe(time.perf_counter() - started)

    async def _answer(
        self,
        route: BaseRoute | None,
        template: str,
        allowed: set[str],
        scope: Scope,
        receive: Receive,
        answer: "Answer",
    ) -> None:
        try:
            check_head(scope)
            if scope["method"] not in SAFE_METHODS:
                body = await read_body(scope, receive, await limit_of(scope, self._parts.sessions))
                scope["portico.body"] = body
                receive = replay(body, receive)
            await refuse_writes(self._parts, scope, template)
            if route is None:
                raise MethodNotAllowed(allow=", ".join(sorted(allowed))) if allowed else NotFound()
            await self._inside(route, scope)(scope, receive, answer.send)
        except Gone:
            return
        except Exception as error:
            refusal = problems.refusal_of(error)
            if isinstance(refusal, Broken):
                log.exception("not answered", extra={"route": template})  # addresses may carry secrets
                telemetry.fail(error)
            if answer.status:
                raise  # half an answer is out: the server cuts the connection, so that nobody takes it for whole
            await (await self._told(scope, template, refusal))(scope, receive, answer.send)

    async def _told(self, scope: Scope, template: str, refusal: Refusal) -> Response:
        try:
            return await problems.answer(self._parts, scope, refusal)
        except Exception:
            log.exception("refusal not told", extra={"route": template, "code": refusal.code})
            return Response(refusal.title, refusal.status, media_type="text/plain")

    def _inside(self, route: BaseRoute, scope: Scope) -> ASGIApp:
        scope["app"] = self._api
        # FastAPI's routes leave what they opened to its application's stack
        return AsyncExitStackMiddleware(route.handle) if isinstance(route, APIRoute) else route.handle


class Answer:
    """The way out: adds the headers that an answer does not set itself, and notes its status."""

    def __init__(self, send: Send, headers: list[tuple[bytes, bytes]]) -> None:
        self._send = send
        self._headers = headers
        self.status = 0

    async def send(self, message: Message) -> None:
        """Sends a part of the answer."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            own = message.get("headers", [])
            names = {name for name, _ in own}
            message["headers"] = [*own, *(header for header in self._headers if header[0] not in names)]
        await self._send(message)


def _parent(scope: Scope) -> str | None:
    """The trace to continue: a browser's is not believed, since it would choose what is kept."""
    if not is_near(scope):
        return None
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == b"traceparent"), None)


def is_near(scope: Scope) -> bool:
    """Whether the request comes from this machine itself, and not through a proxy on it."""
    client = scope.get("client")
    if not client or not is_loopback(client[0]):
        return False
    return not any(name in (b"forwarded", b"x-forwarded-for") for name, _ in scope["headers"])
