"""Sign-in, first steps: the e-mail address, and where the identification code goes."""

from starlette.responses import Response

from contracts.identity.sign_in import CodeOver, EmailNotFound, SendCode, SlowDown, StartSignIn
from contracts.kinds import NotFound
from gateway.refusals import FormRefused
from gateway.visit import Visit, is_local

from . import devices
from .words import minutes_of, reason_of


async def show(visit: Visit) -> Response:
    """The form for the address; whoever is signed in already goes Home."""
    wanted = visit.request.query_params.get("next", "")
    if visit.session is not None and not wanted:
        return visit.go("/")  # and from there, without an account, to the choice of one
    error, email, wait = visit.flow.error, visit.flow.email, visit.flow.wait
    if error or email or wait:
        visit.turn(error="", email="", wait=0)
    if wanted:
        visit.turn(next=wanted[:500] if is_local(wanted) else "")
    remembered = devices.is_kept(visit)
    undone = "undone" in visit.request.query_params and not error
    return visit.render(
        "sign_in.html", email=email, error=reason_of(visit, error), wait=wait, remembered=remembered, undone=undone
    )


async def start(visit: Visit) -> Response:
    """Starts a sign-in: on to the channels, or to the code that is on its way already."""
    email = visit.form().get("email", "").strip()[:254]
    try:
        started = await visit.parts.asker.ask(StartSignIn(agency=visit.agency.slug, email=email, browser=visit.browser))
    except (EmailNotFound, SlowDown) as refusal:
        wait = minutes_of(refusal) if isinstance(refusal, SlowDown) else 0
        visit.turn(error=refusal.code, email=email, wait=wait)
        return visit.go("/sign-in")
    only = started.channels[0] if started.channels else None
    visit.turn(
        sign_in=started.sign_in,
        channels=started.channels,
        channel=None,
        kind=only.kind if only else "email",
        sent_to=started.sent_to or "",
        email=email if started.next == "google" else "",
        error="",
        over=False,
        attempts_left=None,
        wait=0,
        certain=started.certain,
    )
    return visit.go(f"/sign-in/{started.next}")


async def choose_channel(visit: Visit) -> Response:
    """The ways in which the code can be sent."""
    if not visit.flow.sign_in or not visit.flow.channels:
        return visit.go("/sign-in")
    error, wait = visit.flow.error, visit.flow.wait
    if error:
        visit.turn(error="", wait=0)
    return visit.render("channel.html", channels=visit.flow.channels, error=reason_of(visit, error), wait=wait)


async def send(visit: Visit) -> Response:
    """Sends the code by the chosen way."""
    given = visit.form().get("channel", "")
    chosen = next((channel for channel in visit.flow.channels if str(channel.id) == given), None)
    if not visit.flow.sign_in or chosen is None:
        raise FormRefused
    visit.turn(channel=chosen.id, kind=chosen.kind, sent_to=chosen.masked)
    return await send_code(visit, refused="/sign-in/channel")


async def send_code(visit: Visit, notice: str = "", refused: str = "/sign-in/code") -> Response:
    """Sends a (new) code by the way that was chosen, and goes on to its page; to `refused` where it has to wait."""
    flow = visit.flow
    if not flow.sign_in:
        return visit.go("/sign-in")
    try:
        sent = await visit.parts.asker.ask(
            SendCode(agency=visit.agency.slug, sign_in=flow.sign_in, channel=flow.channel, browser=visit.browser)
        )
    except SlowDown as refusal:
        visit.turn(error=refusal.code, wait=minutes_of(refusal))
        return visit.go(refused)
    except (CodeOver, NotFound):
        visit.turn(sign_in="", error=CodeOver.code)
        return visit.go("/sign-in")
    else:
        visit.turn(kind=sent.kind, sent_to=sent.sent_to, error="", over=False, attempts_left=None, wait=0)
    return visit.go("/sign-in/code", notice)
