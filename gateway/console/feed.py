"""Sync health: how the agency's feed is doing, and what of it waits to be mended and sent again."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import Response

from contracts.quarantine import AppliedAlready, CaughtBody, StillWrong
from gateway.views import feed, held_removals

from . import event_lines, feed_words
from .desk import Desk
from .words import reason_of

SENT = "The event is sent again. What became of it shows here in a moment."
PAGE = 50
LONGEST = 40_000  # characters of an event that a page lets people mend


async def show(desk: Desk) -> Response:
    """How it is doing, and what waits."""
    query = desk.request.query_params
    everything, cursor = query.get("all") == "yes", query.get("cursor", "")[:40]
    health = await feed.health(desk.ask)
    found = await feed.caught(desk.ask, everything=everything, limit=PAGE, cursor=_safe(cursor))
    held = (await held_removals.listed(desk.ask)).items
    older = urlencode({"all": "yes" if everything else "", "cursor": found.cursor}) if found.cursor else ""
    return await desk.show(
        *("feed.html", "feed"),
        health=health,
        held=held,
        found=found,
        everything=everything,
        older=older,
        words=feed_words,
        now=datetime.now(UTC),
    )


async def show_event(desk: Desk) -> Response:
    """One event: what is wrong, where, and the form that mends it."""
    return await _page(desk, await feed.one(desk.ask, _caught(desk)))


async def replay(desk: Desk) -> Response:
    """Sends it again, as it came or as it was mended in the form."""
    form = desk.form()
    caught = _caught(desk)
    body = form.get("body", "") if form.get("do") == "mended" else None
    try:
        await feed.replay(desk.ask, caught, body, desk.browser)
    except StillWrong as refusal:
        event = await feed.one(desk.ask, caught)
        return await _page(desk, event, typed=body, still=refusal.facts)
    except AppliedAlready as refusal:
        return desk.go(f"/sync/{caught}", notice=reason_of(desk, refusal.code))
    return desk.go(f"/sync/{caught}", notice=desk.say(SENT))


async def _page(
    desk: Desk, event: CaughtBody, typed: str | None = None, still: dict[str, Any] | None = None
) -> Response:
    shown = typed if typed is not None else event.mended_body or event.body
    return await desk.show(
        "event.html",
        "feed",
        status_code=422 if still else 200,
        event=event,
        lines=event_lines.lines_of(event.body, event.pointer),
        mended=event_lines.lines_of(event.mended_body, "") if event.mended_body is not None else [],
        typed=shown if typed is not None else event_lines.indented(shown),
        mendable=len(shown) <= LONGEST,
        still=still,
        words=feed_words,
    )


def _caught(desk: Desk) -> UUID:
    caught: UUID = desk.request.path_params["caught"]
    return caught


def _safe(cursor: str) -> str:
    try:
        return str(UUID(cursor))
    except ValueError:
        return ""
