"""Held removals: what a full comparison would have taken too much of, and what an admin does about it."""

from uuid import UUID

from starlette.responses import Response

from contracts.held_removals import DecidedOtherwise
from contracts.kinds import Broken, NotAllowed, Unavailable
from contracts.principal import Role
from gateway.views import held_removals

from . import feed_words
from .desk import Desk
from .words import reason_of

REMOVING = "They are being removed. Look at this page again in a moment."
KEPT = "They stay, and this comparison is forgotten."


async def show(desk: Desk) -> Response:
    """What is held back, for everybody at the agency; an admin decides."""
    found = await held_removals.listed(desk.ask)
    return await desk.show("held_removals.html", "feed", held=found.items, words=feed_words)


async def show_choice(desk: Desk) -> Response:
    """One of them once more, before it is carried out or forgotten."""
    one = await held_removals.one(desk.ask, _held(desk))
    if desk.session is None or desk.session.role is not Role.ADMIN:
        raise NotAllowed
    remove = desk.request.query_params.get("do") == "remove"
    return await desk.show("held_removal.html", "feed", one=one, remove=remove, words=feed_words)


async def decide(desk: Desk) -> Response:
    """Carries it out, or forgets it."""
    remove = desk.form().get("do") == "remove"
    try:
        await held_removals.decide(desk.ask, _held(desk), desk.browser, remove=remove)
    except DecidedOtherwise as refusal:
        return desk.go("/sync/held", notice=reason_of(desk, refusal.code))
    return desk.go("/sync/held", notice=desk.say(REMOVING) if remove else desk.say(KEPT))


async def kinds_held(desk: Desk) -> list[str]:
    """The kinds of which something is held back; none while a service is away, for pages that are not about it."""
    try:
        return [item.kind for item in (await held_removals.listed(desk.ask)).items if item.state == "held"]
    except (Unavailable, Broken):
        return []


def _held(desk: Desk) -> UUID:
    held: UUID = desk.request.path_params["held"]
    return held
