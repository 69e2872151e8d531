"""Who calls the JSON API: a session's token as bearer, or the cookie of the pages."""

from dataclasses import dataclass

from starlette.requests import Request

from contracts.identity.sessions import Browser, Session
from contracts.kinds import NotFound, SignInRequired
from contracts.principal import Kind
from gateway.browser import browser_of
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
        if self.session.account is None and self.session.kind is Kind.CONTACT:
            raise SignInRequired
        return InNameOf(self.parts.asker, self.session)


async def caller(request: Request) -> ApiCaller:
    """The insured who calls.

    Raises SignInRequired without a live session, FormRefused for a cookie's write that another site's page made.
    """
    return await _caller(request, parts_of(request).jar.session)


async def agency_caller(request: Request, slug: str) -> ApiCaller:
    """The member of staff (by the console's cookie) or the system (by its access token) of this agency that calls.

    Raises what `caller` raises, and NotFound for the session of another agency.
    """
    found = await _caller(request, parts_of(request).jar.staff)
    if found.session.kind is Kind.CONTACT:
        raise SignInRequired
    if found.session.slug != slug:
        raise NotFound
    return found


async def _caller(request: Request, cookie: str) -> ApiCaller:
    parts = parts_of(request)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    by_cookie = scheme.lower() != "bearer"
    if by_cookie:
        token = request.cookies.get(cookie, "")
        if request.method not in SAFE_METHODS:
            parts.origins.check(request.headers, by_cookie_alone=True)
    session = await parts.sessions.find(token.strip())
    if session is None:
        raise SignInRequired
    return ApiCaller(parts, session, by_cookie)


def browser(request: Request) -> Browser:
    """Where the caller comes from."""
    return browser_of(request, parts_of(request).settings.proxies)


async def ask_of(request: Request) -> Ask:
    """Asks services in the caller's name."""
    return (await caller(request)).ask
