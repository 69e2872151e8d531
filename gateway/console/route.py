"""A console page's route: opens the desk, asks its view for the answer, and sends it."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from gateway.parts import Parts

from .desk import SEGMENT, Desk, open_desk

View = Callable[[Desk], Awaitable[Response]]


class Desked:
    """An ASGI application for one page; refusals leave it for the door."""

    def __init__(self, parts: Parts, view: View) -> None:
        self._parts = parts
        self._view = view

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        desk = await open_desk(self._parts, Request(scope, receive), scope["path_params"]["agency"])
        response = await self._view(desk)
        await response(scope, receive, send)


def page(parts: Parts, method: str, path: str, view: View) -> Route:
    """The route of a page below /{agency}/console."""
    return Route(f"/{{agency}}/{SEGMENT}{path}", Desked(parts, view), methods=[method])
