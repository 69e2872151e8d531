"""Webhooks: added with a secret that is shown once, changed, tried, looked at, ended."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from pydantic import ValidationError
from starlette.responses import Response

from contracts.kinds import Refusal
from contracts.policy.webhooks import (
    AddressRefused,
    AddWebhook,
    ChangeWebhook,
    ChangeWebhookSecret,
    EndWebhook,
    ListWebhookDeliveries,
    ListWebhooks,
    ReplayWebhook,
    TooManyWebhooks,
    TryWebhook,
    UnknownEvents,
    WebhookOff,
    WebhookSecret,
)

from . import webhook_words
from .desk import Desk
from .words import reason_of

TESTED = "A test is on its way. Look at this page again in a moment to see what came of it."
SAVED = "The webhook is changed."
TURNED_OFF = "The webhook is off. Nothing is sent any more."
TURNED_ON = "The webhook is on. It hears what happens from now on."
ENDED = "The webhook has ended."
REPLAYED = "{count} events are sent again."
NONE_CHOSEN = "Please choose at least one event, or all of them."
NOT_AN_ADDRESS = "This is not an address that a webhook can go to."
BACK = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30)}


async def show(desk: Desk) -> Response:
    """Every webhook, and the form for one more."""
    return await _page(desk)


async def add(desk: Desk) -> Response:
    """Adds one; its secret is on the page that follows and nowhere else."""
    form = desk.form()
    url = form.get("url", "").strip()[:600]
    chosen = _chosen(form)
    if chosen == ():
        return await _page(desk, desk.say(NONE_CHOSEN), url, chosen)
    try:
        made = await desk.ask(AddWebhook(url=url, events=chosen or (), browser=desk.browser))
    except ValidationError:
        return await _page(desk, desk.say(NOT_AN_ADDRESS), url, chosen)
    except (AddressRefused, UnknownEvents, TooManyWebhooks) as refusal:
        return await _page(desk, _why(desk, refusal), url, chosen)
    return await _secret(desk, made)


async def show_one(desk: Desk) -> Response:
    """One webhook: how it is doing, what was sent, and what can be done."""
    return await _one(desk)


async def change(desk: Desk) -> Response:
    """Another address, or other events."""
    form = desk.form()
    url = form.get("url", "").strip()[:600]
    chosen = _chosen(form)
    if chosen == ():
        return await _one(desk, desk.say(NONE_CHOSEN), url, chosen)
    try:
        await desk.ask(ChangeWebhook(webhook=_id(desk), url=url, events=chosen or (), browser=desk.browser))
    except ValidationError:
        return await _one(desk, desk.say(NOT_AN_ADDRESS), url, chosen)
    except (AddressRefused, UnknownEvents) as refusal:
        return await _one(desk, _why(desk, refusal), url, chosen)
    return desk.go(f"/webhooks/{_id(desk)}", notice=desk.say(SAVED))


async def turn(desk: Desk) -> Response:
    """Off, or on again."""
    on = desk.form().get("on") == "yes"
    await desk.ask(ChangeWebhook(webhook=_id(desk), on=on, browser=desk.browser))
    return desk.go(f"/webhooks/{_id(desk)}", notice=desk.say(TURNED_ON) if on else desk.say(TURNED_OFF))


async def change_secret(desk: Desk) -> Response:
    """A new secret, on the page that follows and nowhere else."""
    at_once = desk.form().get("at_once") == "yes"
    made = await desk.ask(ChangeWebhookSecret(webhook=_id(desk), at_once=at_once, browser=desk.browser))
    return await _secret(desk, made)


async def send_test(desk: Desk) -> Response:
    """An event for this webhook alone."""
    desk.form()
    try:
        await desk.ask(TryWebhook(webhook=_id(desk)))
    except WebhookOff as refusal:
        return await _one(desk, reason_of(desk, refusal.code))
    return desk.go(f"/webhooks/{_id(desk)}", notice=desk.say(TESTED))


async def replay(desk: Desk) -> Response:
    """Everything of the last hour, day, week or month again."""
    back = BACK.get(desk.form().get("back", ""), BACK["hour"])
    try:
        wanted = ReplayWebhook(webhook=_id(desk), since=datetime.now(UTC) - back, browser=desk.browser)
        started = await desk.ask(wanted)
    except WebhookOff as refusal:
        return await _one(desk, reason_of(desk, refusal.code))
    return desk.go(f"/webhooks/{_id(desk)}", notice=desk.say(REPLAYED, count=str(started.events)))


async def end(desk: Desk) -> Response:
    """No more of it."""
    desk.form()
    await desk.ask(EndWebhook(webhook=_id(desk), browser=desk.browser))
    return desk.go("/webhooks", notice=desk.say(ENDED))


async def _page(desk: Desk, error: str = "", typed: str = "", chosen: tuple[str, ...] | None = None) -> Response:
    found = await desk.ask(ListWebhooks())
    values: dict[str, Any] = {"webhooks": found.items, "known": found.known, "words": webhook_words}
    values |= {"error": error, "typed": typed, "chosen": chosen}
    return await desk.show("webhooks.html", "settings", status_code=409 if error else 200, **values)


async def _one(desk: Desk, error: str = "", typed: str = "", chosen: tuple[str, ...] | None = None) -> Response:
    cursor = desk.request.query_params.get("cursor", "")[:120] if desk.request.method == "GET" else ""
    log = await desk.ask(ListWebhookDeliveries(webhook=_id(desk), limit=25, cursor=cursor))
    known = (await desk.ask(ListWebhooks())).known
    values: dict[str, Any] = {"webhook": log.webhook, "deliveries": log.items, "known": known, "words": webhook_words}
    values |= {"error": error, "typed": typed or log.webhook.url, "further": bool(cursor)}
    values["chosen"] = chosen if typed else log.webhook.events or None
    values["older"] = urlencode({"cursor": log.cursor}) if log.cursor else ""
    return await desk.show("webhook.html", "settings", status_code=409 if error else 200, **values)


async def _secret(desk: Desk, made: WebhookSecret) -> Response:
    return await desk.show("webhook_secret.html", "settings", made=made)


def _chosen(form: Mapping[str, str]) -> tuple[str, ...] | None:
    """The events that are ticked; nothing where all are wanted."""
    if form.get("which") != "some":
        return None
    return tuple(name.removeprefix("event_") for name in form if name.startswith("event_"))


def _why(desk: Desk, refusal: Refusal) -> str:
    known = webhook_words.ADDRESSES.get(str(refusal.facts.get("problem", "")))
    return desk.say(known) if known else reason_of(desk, refusal.code)


def _id(desk: Desk) -> UUID:
    webhook: UUID = desk.request.path_params["webhook"]
    return webhook
