"""Refusals as pages of the console."""

from starlette.requests import Request
from starlette.responses import Response

from contracts.identity.staff import GetMyself, Member
from contracts.kinds import NotFound, Refusal, SignInRequired, Unavailable
from gateway import plain_page, too_large
from gateway.parts import Parts
from gateway.refusals import TooLarge
from kit import telemetry

from .desk import Desk, open_desk


async def show(parts: Parts, request: Request, refusal: Refusal, *, retry: bool) -> Response:
    """The page with the reason, in the console's dress; without a session the way to the console's door."""
    slug = request.scope["path"].split("/")[1]
    try:
        desk = await open_desk(parts, request, slug)
    except Refusal as unknown:
        return plain_page.show(parts, request, unknown)
    if isinstance(refusal, SignInRequired):
        return _to_sign_in(desk)
    member = await _member(desk, refusal)
    first, stop, rest = desk.say(refusal.title).partition(". ")
    if isinstance(refusal, TooLarge):
        rest = desk.say(too_large.advice(desk.path), limit=too_large.limit_of(refusal))
    return desk.draw(
        "trouble.html",
        member,
        status_code=refusal.status,
        title=first + stop.strip(),
        message=rest,
        missing=isinstance(refusal, NotFound),
        trace=telemetry.trace_id() if refusal.status >= 500 else "",
        retry=retry,
    )


async def _member(desk: Desk, refusal: Refusal) -> Member | None:
    """Whose menu the page shows; during an outage nobody is asked again."""
    if isinstance(refusal, Unavailable):
        return None
    try:
        return await desk.ask(GetMyself())
    except Refusal:
        return None


def _to_sign_in(desk: Desk) -> Response:
    if desk.path not in ("/", "/sign-in"):
        desk.turn(staff_next=desk.path)
    return desk.go("/sign-in")
