"""Sign in with Google: the page that leads there, and the way back."""

from starlette.responses import Response

from contracts.identity.openid import FinishGoogleSignIn, OpenidOver, OpenidReturn, StartGoogleSignIn
from contracts.identity.sign_in import SlowDown
from contracts.kinds import NotFound, Refusal
from gateway.visit import Visit

from .arrival import arrive
from .words import TITLES, reason_of

PATIENCE = 12.0  # seconds: identity asks Google twice, four seconds each at the most
FIRST_TIME = "Google has confirmed who you are. Enter our code this one time; after that, Google alone is enough."


async def show(visit: Visit) -> Response:
    """What signing in with Google means, why the last try did not succeed, and the way there."""
    if visit.session is not None:
        return visit.go("/")
    if not visit.agency.google:
        return visit.go("/sign-in")
    flow = visit.flow
    if flow.error:
        visit.turn(error="")
    channels = flow.channels if flow.sign_in and flow.email else []  # where the agency also takes a code
    return visit.render("google.html", error=reason_of(visit, flow.error), email=flow.email, channels=channels)


async def leave(visit: Visit) -> Response:
    """Off to Google. It is a link and no form, whose answer the content security policy would not let lead there."""
    if visit.request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        return visit.go("/sign-in/google")  # from another site's page it begins nothing
    try:
        begun = await visit.parts.asker.ask(
            StartGoogleSignIn(agency=visit.agency.slug, email=visit.flow.email, browser=visit.browser)
        )
    except NotFound:
        return visit.go("/sign-in")
    except SlowDown as refusal:
        visit.turn(error=refusal.code)
        return visit.go("/sign-in/google")
    visit.turn(openid=begun.carried, openid_for="portal", error="")
    return visit.leave(begun.url)


async def returned(visit: Visit, brought: OpenidReturn) -> Response:
    """Back from Google: in, to the one code of the first time, or to the reason why not."""
    try:
        answer = await visit.parts.asker.ask(
            FinishGoogleSignIn(agency=visit.agency.slug, returned=brought, browser=visit.browser), deadline=PATIENCE
        )
    except Refusal as refusal:
        # an answer that somebody planted here does not end the way that this browser itself is on
        visit.turn(error=refusal.code, openid=brought.carried if isinstance(refusal, OpenidOver) else "")
        return visit.go("/sign-in/google" if refusal.code in TITLES else "/sign-in")
    if answer.signed_in is not None:
        return arrive(visit, answer.signed_in)
    started = answer.sign_in
    assert started is not None
    visit.turn(
        sign_in=started.sign_in,
        channels=started.channels,
        channel=None,
        kind="email",
        sent_to=started.sent_to or "",
        openid="",
        email="",
        error="",
        over=False,
        attempts_left=None,
    )
    return visit.go("/sign-in/code", notice=visit.say(FIRST_TIME))
