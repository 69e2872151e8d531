"""Who calls the JSON API: a session's token as bearer, or the cookie of the pages."""

from dataclasses import dataclass

from starlette.requests import Request

from contracts.identity.sessions import Browser, Session
from contracts.kinds import NotFound, PortalClosed, SignInRequired
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
    """A call's session with its token, and whether it came by cookie."""

    parts: Parts
    session: Session
    by_cookie: bool
    token: str

    @property
    def ask(self) -> Ask:
        """Asks services in the name of the session; raises SignInRequired where no account is chosen yet."""
        if self.session.account is None and self.session.kind is Kind.CONTACT:
            raise SignInRequired
        return InNameOf(self.parts.asker, self.session)


async def caller(request: Request) -> ApiCaller:
    """The insured who calls.

    Raises SignInRequired without a live session, PortalClosed while the agency's portal is off, FormRefused for a
    cookie's write that another site's page made.
    """
    found = await _caller(request, parts_of(request).jar.session)
    if found.session.kind is Kind.CONTACT and not found.session.read_only:
        await require_open(found.parts, found.session.slug)
    return found


async def require_open(parts: Parts, slug: str) -> None:
    """Raises PortalClosed while this agency's portal is off, NotFound for an unknown one."""
    if not (await parts.agencies.find(slug)).portal_open:
        raise PortalClosed


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
        if token and request.method not in SAFE_METHODS:
            parts.origins.check(request.headers, by_cookie_alone=True)
    session = await parts.sessions.find(token.strip())
    if session is None or (session.read_only and by_cookie):  # the cookie of a view goes to its own pages alone
        raise SignInRequired
    return ApiCaller(parts, session, by_cookie, token.strip())


def browser(request: Request) -> Browser:
    """Where the caller comes from."""
    return browser_of(request, parts_of(request).settings.proxies)


async def ask_of(request: Request) -> Ask:
    """Asks services in the caller's name."""
    return (await caller(request)).ask
