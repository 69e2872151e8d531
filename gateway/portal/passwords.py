"""User name and password: signing in with them, setting a password by code or by link, and changing it."""

from starlette.responses import Response

from contracts.identity.contacts import GetMe
from contracts.identity.passkeys import SignInAgain
from contracts.identity.passwords import (
    ChangePassword,
    GetOwnUserName,
    GetPasswordLink,
    PasswordLinkOver,
    PasswordWeak,
    PasswordWrong,
    SetPasswordByCode,
    SetPasswordByLink,
    SignInWithPassword,
    StartPasswordReset,
    TriesSpent,
)
from contracts.identity.sessions import SignedIn
from contracts.identity.sign_in import CodeOver, CodeWrong, SlowDown
from contracts.kinds import NotFound
from gateway.views.together import together
from gateway.visit import Visit

from .arrival import arrive
from .words import reason_of, weakness_of

CHANGE = "/sign-in-methods/password"
CHANGED = "Your password was changed. Other sessions and remembered devices have ended."
SET = "Your password is set."
LONGEST = 400  # characters of what is typed


async def show(visit: Visit) -> Response:
    """The fields for user name and password, and why the last try did not succeed."""
    if not visit.agency.sign_in.passwords:
        return visit.go("/sign-in")
    flow = visit.flow
    if flow.error:
        visit.turn(error="")
    return visit.render("password.html", user_name=flow.user_name, error=reason_of(visit, flow.error))


async def sign_in(visit: Visit) -> Response:
    """In; or, with a printed first password, on to the code and an own one."""
    form = visit.form()
    user_name, password = form.get("user_name", "").strip()[:254], form.get("password", "")[:LONGEST]
    wanted = SignInWithPassword(agency=visit.agency.slug, user_name=user_name, password=password, browser=visit.browser)
    try:
        answer = await visit.parts.asker.ask(wanted)
    except (PasswordWrong, TriesSpent, SlowDown) as refusal:
        visit.turn(error=refusal.code, user_name=user_name)
        return visit.go("/sign-in/password")
    if answer.next == "code":
        visit.turn(reset=answer.sign_in, reset_sent_to=answer.sent_to, user_name=user_name, error="", weak="")
        return visit.go("/sign-in/password/new")
    assert answer.expires_at is not None
    return arrive(
        visit,
        SignedIn(next=answer.next, accounts=answer.accounts, token=answer.token, expires_at=answer.expires_at),
    )


async def forgot(visit: Visit) -> Response:
    """The field for the user name whose password is forgotten."""
    if not visit.agency.sign_in.passwords:
        return visit.go("/sign-in")
    flow = visit.flow
    if flow.error:
        visit.turn(error="")
    return visit.render("password_forgot.html", user_name=flow.user_name, error=reason_of(visit, flow.error))


async def send_code(visit: Visit) -> Response:
    """Has a code sent, if anybody has that user name."""
    user_name = visit.form().get("user_name", "").strip()[:254]
    wanted = StartPasswordReset(agency=visit.agency.slug, user_name=user_name, browser=visit.browser)
    try:
        begun = await visit.parts.asker.ask(wanted)
    except (TriesSpent, SlowDown) as refusal:
        visit.turn(error=refusal.code, user_name=user_name)
        return visit.go("/sign-in/password/forgot")
    visit.turn(reset=begun.sign_in, reset_sent_to="", user_name=user_name, error="", weak="", attempts_left=None)
    return visit.go("/sign-in/password/new")


async def choose(visit: Visit) -> Response:
    """The fields for the code and the new password."""
    flow = visit.flow
    if not flow.reset:
        return visit.go("/sign-in/password/forgot")
    if flow.error:
        visit.turn(error="", weak="", attempts_left=None)
    return visit.render(
        "password_new.html",
        user_name=flow.user_name,
        sent_to=flow.reset_sent_to,
        error=reason_of(visit, flow.error),
        weak=weakness_of(visit, flow.weak),
        code_wrong=flow.error == CodeWrong.code,
        attempts_left=flow.attempts_left,
        over=flow.error == CodeOver.code,
    )


async def set_by_code(visit: Visit) -> Response:
    """Sets it with the code, and in."""
    form = visit.form()
    flow = visit.flow
    if not flow.reset:
        return visit.go("/sign-in/password/forgot")
    wanted = SetPasswordByCode(
        agency=visit.agency.slug,
        sign_in=flow.reset,
        code=form.get("code", "").strip()[:40],
        password=form.get("password", "")[:LONGEST],
        browser=visit.browser,
    )
    try:
        signed_in = await visit.parts.asker.ask(wanted)
    except (CodeWrong, CodeOver, PasswordWeak, TriesSpent, SlowDown) as refusal:
        facts = refusal.facts
        visit.turn(error=refusal.code, weak=facts.get("reason", ""), attempts_left=facts.get("attempts_left"))
        return visit.go("/sign-in/password/new")
    return arrive(visit, signed_in, notice=visit.say(SET))


async def show_link(visit: Visit) -> Response:
    """The page behind a mailed link. Its key goes from the address into the browser's way at once, and is not used."""
    key = visit.request.query_params.get("key", "")
    if key:
        visit.turn(link=key[:200], error="", weak="")
        return visit.go("/set-password")
    flow = visit.flow
    if not flow.link:
        return visit.render("password_link_over.html", status_code=410)
    if flow.error:
        visit.turn(error="", weak="")
    try:
        link = await visit.parts.asker.ask(GetPasswordLink(agency=visit.agency.slug, key=flow.link))
    except PasswordLinkOver:
        return visit.render("password_link_over.html", status_code=410)
    error, weak = reason_of(visit, flow.error), weakness_of(visit, flow.weak)
    return visit.render("password_set.html", user_name=link.user_name, error=error, weak=weak)


async def set_by_link(visit: Visit) -> Response:
    """Sets it with the link, which is used up, and in."""
    password = visit.form().get("password", "")[:LONGEST]
    wanted = SetPasswordByLink(agency=visit.agency.slug, key=visit.flow.link, password=password, browser=visit.browser)
    try:
        signed_in = await visit.parts.asker.ask(wanted)
    except PasswordWeak as refusal:
        visit.turn(error=refusal.code, weak=refusal.facts.get("reason", ""))
        return visit.go("/set-password")
    except (PasswordLinkOver, CodeOver):
        return visit.render("password_link_over.html", status_code=410)
    return arrive(visit, signed_in, notice=visit.say(SET))


async def show_change(visit: Visit) -> Response:
    """The fields for the current and the new password."""
    me, own = await together(visit.ask(GetMe()), visit.ask(GetOwnUserName()))
    if own.set_at is None:
        raise NotFound
    flow = visit.flow
    if flow.error:
        visit.turn(error="", weak="")
    error, weak = reason_of(visit, flow.error), weakness_of(visit, flow.weak)
    wrong = flow.error == PasswordWrong.code
    return visit.render("password_change.html", me, user_name=own.user_name, error=error, weak=weak, wrong=wrong)


async def change(visit: Visit) -> Response:
    """Changes it."""
    form = visit.form()
    current, password = form.get("current", "")[:LONGEST], form.get("password", "")[:LONGEST]
    try:
        await visit.ask(ChangePassword(current=current, password=password, browser=visit.browser))
    except SignInAgain as refusal:
        return visit.go(f"/sign-in?next={CHANGE}", notice=visit.say(refusal.title))
    except (PasswordWrong, PasswordWeak, TriesSpent) as refusal:
        visit.turn(error=refusal.code, weak=refusal.facts.get("reason", ""))
        return visit.go(CHANGE)
    return visit.go("/sign-in-methods", notice=visit.say(CHANGED))
