"""Sign-in, last step: the identification code is traded for a session."""

from starlette.responses import Response

from contracts.identity.sign_in import CodeAgain, CodeOver, CodeWrong, FinishSignIn, SlowDown
from contracts.kinds import NotFound
from gateway.visit import Visit

from . import devices, sign_in
from .arrival import arrive
from .words import minutes_of, reason_of

SENT_AGAIN = "A new code is on its way."


async def show(visit: Visit) -> Response:
    """The field for the code, and what was wrong with the last one."""
    flow = visit.flow
    if not flow.sign_in:
        return visit.go("/sign-in")
    if flow.error and not flow.over:
        visit.turn(error="", attempts_left=None, wait=0)
    return visit.render(
        "code.html",
        sent_to=flow.sent_to,
        kind=flow.kind,
        error=reason_of(visit, flow.error),
        attempts_left=flow.attempts_left,
        over=flow.over,
        wait=flow.wait,
        certain=flow.certain,
    )


async def finish(visit: Visit) -> Response:
    """Opens the session when the code is right."""
    form = visit.form()
    code = form.get("code", "").strip()[:40]
    flow = visit.flow
    if not flow.sign_in:
        return visit.go("/sign-in")
    try:
        signed_in = await visit.parts.asker.ask(
            FinishSignIn(agency=visit.agency.slug, sign_in=flow.sign_in, code=code, browser=visit.browser)
        )
    except CodeAgain as refusal:
        visit.turn(error="", attempts_left=None)
        return visit.go("/sign-in/code", visit.say(refusal.title))
    except SlowDown as refusal:
        visit.turn(error=refusal.code, wait=minutes_of(refusal), attempts_left=None)
        return visit.go("/sign-in/code")
    except CodeWrong as refusal:
        visit.turn(error=refusal.code, attempts_left=refusal.facts.get("attempts_left"))
        return visit.go("/sign-in/code")
    except (CodeOver, NotFound):
        visit.turn(error=CodeOver.code, over=True, attempts_left=None)
        return visit.go("/sign-in/code")
    remember = form.get("remember") == "yes"
    response = arrive(visit, signed_in, remember=remember)
    if remember and signed_in.next == "home":
        await devices.remember(visit, response, signed_in.token)
    return response


async def again(visit: Visit) -> Response:
    """Sends a new code."""
    visit.form()
    return await sign_in.send_code(visit, notice=visit.say(SENT_AGAIN))
