"""Where OpenID Connect providers send browsers back to: one address for the whole deployment."""

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from contracts.identity.openid import OpenidOver, OpenidReturn
from contracts.kinds import NotFound, Refusal

from . import plain_page
from .console import sign_in as console
from .cookies import Flow
from .parts import Parts
from .portal import google
from .visit import Visit, open_visit

Returned = Callable[[Visit, OpenidReturn], Awaitable[Response]]

# by where the browser has come from
RETURNS: Mapping[str, Returned] = {"portal": google.returned, "console": console.returned}


class Oidc:
    """The way back; which agency and whose sign-in it is only this browser's own flow cookie tells."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def routes(self) -> list[Route]:
        """Its only route."""
        return [Route("/oidc/callback", self.callback, methods=["GET"])]

    async def callback(self, request: Request) -> Response:
        """Hands what the provider has put into the address on to the page that sent the browser there."""
        sealed = request.cookies.get(self._parts.jar.flow, "")
        flow = self._parts.seal.open("flow", sealed, Flow) if sealed else None
        if flow is None or not flow.openid or flow.openid_for not in RETURNS:
            return plain_page.show(self._parts, request, OpenidOver())
        try:
            visit = await open_visit(self._parts, request, flow.agency)
        except Refusal as refusal:
            return plain_page.show(self._parts, request, OpenidOver() if isinstance(refusal, NotFound) else refusal)
        query = request.query_params
        returned = OpenidReturn(
            carried=flow.openid,
            state=query.get("state", "")[:500],
            code=query.get("code", "")[:2000],
            error=query.get("error", "")[:200],
            issuer=query.get("iss", "")[:500],
        )
        return await RETURNS[flow.openid_for](visit, returned)
