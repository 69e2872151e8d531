"""The console's door: a passkey, or a provider whose word a second factor has to confirm."""

from contextlib import suppress

from starlette.responses import Response

from contracts.identity.openid import OpenidOver, OpenidReturn, Provider
from contracts.identity.passkeys import PasskeyRefused
from contracts.identity.second_factors import (
    BeginStaffPasskeySignIn,
    FinishStaffOpenid,
    FinishStaffPasskeySignIn,
    ListStaffWays,
    StartStaffOpenid,
)
from contracts.identity.sessions import EndSession
from contracts.identity.sign_in import SlowDown
from contracts.kinds import NotFound, Refusal, SignInRequired
from gateway.visit import Visit, is_local

from .desk import Desk, open_desk
from .words import reason_of

PATIENCE = 12.0  # seconds: identity asks the provider twice, four seconds each at the most


async def show(desk: Desk) -> Response:
    """The ways in that the agency has; whoever is in already goes to the start."""
    wanted = desk.request.query_params.get("next", "")
    if desk.session is not None and not wanted:
        return desk.go("/")
    ways = await desk.parts.asker.ask(ListStaffWays(agency=desk.agency.slug))
    error = desk.flow.staff_error
    if error:
        desk.turn(staff_error="")
    if wanted:
        desk.turn(staff_next=wanted[:500] if is_local(wanted) else "")
    return desk.draw("sign_in.html", providers=ways.providers, error=reason_of(desk, error))


async def begin_passkey(desk: Desk) -> Response:
    """What the browser is to be asked, for the module of the page."""
    desk.form()
    begun = await desk.parts.asker.ask(BeginStaffPasskeySignIn(agency=desk.agency.slug, browser=desk.browser))
    desk.turn(staff_passkey=begun.sign_in)
    return desk.tell(begun.options)


async def with_passkey(desk: Desk) -> Response:
    """Trades what the browser's passkey answered for a session; finishes a way in that waits for its second factor."""
    credential = desk.form().get("credential", "")
    flow = desk.flow
    try:
        signed_in = await desk.parts.asker.ask(
            FinishStaffPasskeySignIn(
                agency=desk.agency.slug,
                sign_in=flow.staff_passkey,
                entry=flow.staff_entry,
                credential=credential,
                browser=desk.browser,
            )
        )
    except PasskeyRefused as refusal:
        desk.turn(staff_error=refusal.code)
        return desk.go("/second-factor" if flow.staff_entry else "/sign-in")
    return await desk.come_in(signed_in)


async def to_provider(desk: Desk) -> Response:
    """Off to Google or Microsoft. It is a link and no form, whose answer our own policy would not let lead there."""
    if desk.request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        return desk.go("/sign-in")  # from another site's page it begins nothing
    try:
        provider = Provider(desk.request.path_params["provider"])
    except ValueError:
        raise NotFound from None
    try:
        begun = await desk.parts.asker.ask(
            StartStaffOpenid(agency=desk.agency.slug, provider=provider, browser=desk.browser)
        )
    except SlowDown as refusal:
        desk.turn(staff_error=refusal.code)
        return desk.go("/sign-in")
    desk.turn(openid=begun.carried, openid_for="console", staff_error="")
    return desk.leave(begun.url)


async def returned(visit: Visit, brought: OpenidReturn) -> Response:
    """Back from the provider: on to the second factor, or to the reason why not."""
    desk = await open_desk(visit.parts, visit.request, visit.agency.slug)
    try:
        entry = await desk.parts.asker.ask(
            FinishStaffOpenid(agency=desk.agency.slug, returned=brought, browser=desk.browser), deadline=PATIENCE
        )
    except Refusal as refusal:
        # an answer that somebody planted here does not end the way that this browser itself is on
        desk.turn(staff_error=refusal.code, openid=brought.carried if isinstance(refusal, OpenidOver) else "")
        return desk.go("/sign-in")
    desk.turn(openid="", staff_entry=entry.entry)
    return desk.go("/second-factor")


async def leave(desk: Desk) -> Response:
    """Ends the session; nothing of it stays in the browser."""
    desk.form()
    if desk.session is not None:
        with suppress(SignInRequired):  # it had ended already
            await desk.ask(EndSession())
        desk.parts.sessions.forget(desk.session.sid)
    response = desk.go("/sign-in")
    desk.parts.jar.clear(response, desk.parts.jar.staff, desk.parts.jar.notice)
    response.headers["clear-site-data"] = '"cache"'
    return response
