"""/dev/mailbox: every mail and text that a demo stack has sent, for people who try it out or build on it."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from contracts.kinds import NotFound, Unavailable

from .parts import Parts

if TYPE_CHECKING:
    import httpx

PATIENCE = 5.0  # seconds
PASSED_ON = ("content-type", "content-disposition", "content-security-policy", "cache-control")


class Mailbox:
    """Shows the mailbox of a one-machine stack, and nothing anywhere else; close it."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._client: httpx.AsyncClient | None = None

    def routes(self) -> list[Route]:
        """The mailbox's routes."""
        table: tuple[tuple[str, Callable[[Request], Awaitable[Response]]], ...] = (
            ("/dev/mailbox", self.show),
            ("/dev/mailbox.json", self.listed),
            ("/dev/mailbox/{message:uuid}/attachments/{number:int}", self.file),
            ("/dev/mailbox/{message:uuid}/body.html", self.file),
        )
        return [Route(path, view, methods=["GET"]) for path, view in table]

    async def show(self, _: Request) -> Response:
        """The messages as a page."""
        messages = (await self._fetch("/mailbox.json")).json()
        return HTMLResponse(self._parts.renderer.render("mailbox.html", None, messages=messages))

    async def listed(self, _: Request) -> Response:
        """The messages as JSON, newest first."""
        return _passed_on(await self._fetch("/mailbox.json"))

    async def file(self, request: Request) -> Response:
        """An attachment, or a mail's HTML."""
        return _passed_on(await self._fetch(request.url.path.removeprefix("/dev/mailbox")))

    async def close(self) -> None:
        """Closes the connections to the mailbox."""
        if self._client is not None:
            await self._client.aclose()

    async def _fetch(self, path: str) -> "httpx.Response":
        settings = self._parts.settings
        if not settings.mailbox_url or not settings.listens_on_loopback:
            raise NotFound
        if not all(agency.demo for agency in await self._parts.agencies.every()):
            raise NotFound  # real people's mail is shown to nobody
        import httpx  # noqa: PLC0415 - five megabytes that a gateway without a mailbox never needs

        self._client = self._client or httpx.AsyncClient(timeout=PATIENCE)
        try:
            response = await self._client.get(settings.mailbox_url.rstrip("/") + path)
        except httpx.HTTPError:
            raise Unavailable(retry_after=1) from None
        if response.status_code != 200:
            raise NotFound
        return response


def _passed_on(response: "httpx.Response") -> Response:
    headers = {name: response.headers[name] for name in PASSED_ON if name in response.headers}
    return Response(response.content, headers=headers)
