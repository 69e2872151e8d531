"""Addresses outside any agency: the front of the house, and how the process is doing."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from contracts.kinds import NotFound
from kit.admin import respond

from .door import is_near
from .parts import Parts


class Root:
    """The few addresses that belong to the whole deployment."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def routes(self) -> list[Route]:
        """Their routes."""
        return [
            Route("/", self.front, methods=["GET"]),
            Route("/healthz", self.health, methods=["GET"]),
            Route("/readyz", self.health, methods=["GET"]),
            Route("/metrics", self.metrics, methods=["GET"]),
            Route("/robots.txt", self.robots, methods=["GET"]),
            Route("/{agency}", self.agency, methods=["GET"]),
        ]

    async def front(self, _: Request) -> Response:
        """The only agency's portal; with more of them nobody is told which there are."""
        agencies = await self._parts.agencies.every()
        if len(agencies) != 1:
            raise NotFound
        return RedirectResponse(f"/{agencies[0].slug}/", 303)

    async def agency(self, request: Request) -> Response:
        """The portal's address as people type it."""
        agency = await self._parts.agencies.find(request.path_params["agency"])
        return RedirectResponse(f"/{agency.slug}/", 303)

    async def health(self, request: Request) -> Response:
        """Whether the process turns, and whether it can work."""
        status, kind, body = await respond(request.url.path, self._parts.ready)
        return Response(body, status, media_type=kind)

    async def metrics(self, request: Request) -> Response:
        """Figures for a collector on this machine; nobody else learns that they are here."""
        if not is_near(request.scope):
            raise NotFound
        return await self.health(request)

    async def robots(self, _: Request) -> Response:
        """Nothing here is for search engines."""
        return Response("User-agent: *\nDisallow: /\n", media_type="text/plain")
