"""A page's route: opens the visit, asks its view for the answer, and sends it."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from contracts.kinds import PortalClosed
from gateway.parts import Parts
from gateway.visit import Visit, open_visit

View = Callable[[Visit], Awaitable[Response]]

# what the page of a closed portal itself needs
ALWAYS = frozenset({"/brand.css", "/language"})


class Paged:
    """An ASGI application for one page; refusals leave it for the door.

    While the agency's portal is off there is no page but staff's views of it, and what is open `always`.
    """

    def __init__(self, parts: Parts, view: View, *, always: bool) -> None:
        self._parts = parts
        self._view = view
        self._always = always

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        visit = await open_visit(self._parts, Request(scope, receive), scope["path_params"]["agency"])
        if not (visit.agency.portal_open or visit.view or self._always):
            raise PortalClosed
        response = await self._view(visit)
        await response(scope, receive, send)


def page(parts: Parts, method: str, path: str, view: View) -> Route:
    """The route of a page below /{agency}."""
    return Route(f"/{{agency}}{path}", Paged(parts, view, always=path in ALWAYS), methods=[method])
