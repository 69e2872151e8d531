"""Sign-in, last step: the identification code is traded for a session."""

from starlette.responses import Response

from contracts.identity.sign_in import CodeOver, CodeWrong, FinishSignIn
from contracts.kinds import NotFound
from gateway.visit import Visit, is_local

from . import accounts, sign_in
from .words import reason_of

SENT_AGAIN = "A new code is on its way."


async def show(visit: Visit) -> Response:
    """The field for the code, and what was wrong with the last one."""
    flow = visit.flow
    if not flow.sign_in:
        return visit.go("/sign-in")
    if flow.error and not flow.over:
        visit.turn(error="", attempts_left=None)
    return visit.render(
        "code.html",
        sent_to=flow.sent_to,
        kind=flow.kind,
        error=reason_of(visit, flow.error),
        attempts_left=flow.attempts_left,
        over=flow.over,
    )


async def finish(visit: Visit) -> Response:
    """Opens the session when the code is right."""
    code = visit.form().get("code", "").strip()[:40]
    flow = visit.flow
    if not flow.sign_in:
        return visit.go("/sign-in")
    try:
        signed_in = await visit.parts.asker.ask(
            FinishSignIn(agency=visit.agency.slug, sign_in=flow.sign_in, code=code, browser=visit.browser)
        )
    except CodeWrong as refusal:
        visit.turn(error=refusal.code, attempts_left=refusal.facts.get("attempts_left"))
        return visit.go("/sign-in/code")
    except (CodeOver, NotFound):
        visit.turn(error=CodeOver.code, over=True, attempts_left=None)
        return visit.go("/sign-in/code")
    # a new session, a new way: nothing that was known before it is carried into it
    visit.flow_changed = False
    wanted = flow.next if is_local(flow.next) else "/"
    response = visit.go(accounts.address(wanted) if signed_in.next == "account" else wanted)
    jar = visit.parts.jar
    jar.put_session(response, signed_in.token, signed_in.expires_at)
    jar.clear(response, jar.flow)
    return response


async def again(visit: Visit) -> Response:
    """Sends a new code."""
    visit.form()
    return await sign_in.send_code(visit, notice=visit.say(SENT_AGAIN))
