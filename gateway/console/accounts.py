"""Accounts: found by what staff have at hand, opened, and the access of their contacts moved."""

from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import Response

from contracts.identity.accounts import AlwaysHasAccess, FindAccounts, GetAccount, SetAccess
from contracts.identity.impersonations import Impersonate
from contracts.identity.shared_addresses import ListSharedAddresses
from contracts.kinds import Broken, NotFound, Unavailable
from contracts.policy.webhooks import ListWebhooks
from contracts.principal import Role
from gateway.refusals import FormRefused
from gateway.views.together import together
from gateway.visit import Visit

from . import feed_words
from .desk import Desk
from .held_removals import kinds_held
from .words import reason_of

ON = "{name} may sign in from now on."
ON_WITHOUT_EMAIL = "Access is on for {name}, and counts as soon as an e-mail address is on file."
OFF = "{name} can no longer sign in. Everything that was open has ended."
REASONS = ("call", "request", "check")


async def find(desk: Desk) -> Response:
    """The search and what it found; all accounts by name before anything is typed."""
    query = desk.request.query_params
    q, cursor = query.get("q", "").strip()[:80], query.get("cursor", "")[:400]
    found = await desk.ask(FindAccounts(q=q, cursor=cursor))
    more = urlencode({"q": q, "cursor": found.cursor}) if found.cursor else ""
    waiting, dead, held = 0, 0, list[str]()
    if not q and not cursor:
        waiting, dead, held = await together(_waiting(desk), _dead(desk), kinds_held(desk))
    return await desk.show(
        "accounts.html",
        "accounts",
        found=found.items,
        q=q,
        more=more,
        further=bool(cursor),
        waiting=waiting,
        dead=dead,
        held=held,
        words=feed_words,
    )


async def show(desk: Desk) -> Response:
    """One account with its contacts."""
    account = await desk.ask(GetAccount(account=desk.request.path_params["account"]))
    return await desk.show("account.html", "accounts", account=account)


async def open_by_number(desk: Desk) -> Response:
    """From an agency system without an icon of its own: its account number leads to the account's page."""
    number = desk.request.query_params.get("account", "").strip()[:80]
    if not number:
        return desk.go("/")
    account = await desk.ask(GetAccount(number=number))
    return desk.go(f"/accounts/{account.id}")


async def set_access(desk: Desk) -> Response:
    """Moves a contact's toggle and says what that did."""
    form = desk.form()
    wanted = form.get("access") == "on"
    back = f"/accounts/{_id(form.get('account', ''))}"
    contact = _id(form.get("contact", ""))
    try:
        moved = await desk.ask(SetAccess(contact=contact, access=wanted, browser=desk.browser))
    except AlwaysHasAccess as refusal:
        return desk.go(back, notice=reason_of(desk, refusal.code))
    if not wanted:
        notice = desk.say(OFF, name=moved.name)
    elif moved.enters:
        notice = desk.say(ON, name=moved.name)
    else:
        notice = desk.say(ON_WITHOUT_EMAIL, name=moved.name)
    return desk.go(back, notice=notice)


async def look(desk: Desk) -> Response:
    """Opens an insured's portal, read-only: leads to the one-time address, which the form's new tab shows."""
    form = desk.form()
    if desk.session is None or form.get("reason") not in REASONS:
        raise FormRefused
    link = await desk.parts.asker.ask(
        Impersonate(
            access_token=desk.token,
            account=str(_id(form.get("account", ""))),
            contact=str(_id(form.get("contact", ""))),
            reason=_reason(desk, form["reason"]),
            browser=desk.browser,
        )
    )
    return desk.leave(link.url)


async def _waiting(desk: Desk) -> int:
    """How many shared addresses wait for somebody to look at them."""
    if not desk.looks_after_addresses:
        return 0
    return sum(not address.allowed for address in (await desk.ask(ListSharedAddresses())).items)


async def _dead(desk: Desk) -> int:
    """How many webhooks were turned off by rule, for an admin; none while policy is away, since the page is not its."""
    if desk.session is None or desk.session.role is not Role.ADMIN:
        return 0
    try:
        return sum(webhook.state == "given-up" for webhook in (await desk.ask(ListWebhooks())).items)
    except (Unavailable, Broken):
        return 0


def _reason(visit: Visit, key: str) -> str:
    if key == "call":
        return visit.say("The client called")
    if key == "request":
        return visit.say("The client asked for something")
    return visit.say("To check what the client sees")


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None
