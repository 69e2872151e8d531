"""Coming in: the session that a sign-in has opened, and the page that was asked for."""

from starlette.responses import Response

from contracts.identity.sessions import SignedIn
from gateway.visit import Visit, is_local

from . import accounts


def arrive(visit: Visit, signed_in: SignedIn, notice: str = "", *, remember: bool = False) -> Response:
    """Puts the session into the browser and leads on; nothing that was known before it is carried into it."""
    wanted = visit.flow.next if is_local(visit.flow.next) else "/"
    visit.flow_changed = False
    response = visit.go(accounts.address(wanted, remember=remember) if signed_in.next == "account" else wanted, notice)
    jar = visit.parts.jar
    jar.put_session(response, signed_in.token, signed_in.expires_at)
    jar.clear(response, jar.flow)
    return response
