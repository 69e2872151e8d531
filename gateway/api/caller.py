"""Who calls the JSON API: a session's token as bearer, or the cookie of the pages."""

from dataclasses import dataclass

from starlette.requests import Request

from contracts.identity.sessions import Session
from contracts.kinds import SignInRequired
from gateway.parts import Ask, InNameOf, Parts
from gateway.security import SAFE_METHODS


def parts_of(request: Request) -> Parts:
    """What the gateway works with."""
    parts = request.app.state.parts
    assert isinstance(parts, Parts)
    return parts


@dataclass(frozen=True)
class ApiCaller:
    """A call's session, and whether it came by cookie."""

    parts: Parts
    session: Session
    by_cookie: bool

    @property
    def ask(self) -> Ask:
        """Asks services in the name of the session; raises SignInRequired where no account is chosen yet."""
        if self.session.account is None:
            raise SignInRequired
        return InNameOf(self.parts.asker, self.session)


async def caller(request: Request) -> ApiCaller:
    """The caller.

    Raises SignInRequired without a live session, FormRefused for a cookie's write that another site's page made.
    """
    parts = parts_of(request)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    by_cookie = scheme.lower() != "bearer"
    if by_cookie:
        token = request.cookies.get(parts.jar.session, "")
        if request.method not in SAFE_METHODS:
            parts.origins.check(request.headers, by_cookie_alone=True)
    session = await parts.sessions.find(token.strip())
    if session is None:
        raise SignInRequired
    return ApiCaller(parts, session, by_cookie)


async def ask_of(request: Request) -> Ask:
    """Asks services in the caller's name."""
    return (await caller(request)).ask
