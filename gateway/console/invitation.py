"""An invitation: looking at it uses nothing up, accepting it leads to a first passkey."""

from starlette.responses import Response

from contracts.identity.second_factors import AcceptInvitation, ListStaffWays
from contracts.identity.staff import GetInvitation, InvitationOver

from .desk import Desk
from .words import reason_of

# the address holds a secret: it leaves in no Referer, not even to our own assets
QUIET = {"referrer-policy": "strict-origin"}


async def show(desk: Desk) -> Response:
    """Whom it is for, and the button that accepts it."""
    key = desk.request.query_params.get("key", "")[:200]
    try:
        found = await desk.parts.asker.ask(GetInvitation(agency=desk.agency.slug, key=key))
    except InvitationOver as refusal:
        return _over(desk, refusal)
    ways = await desk.parts.asker.ask(ListStaffWays(agency=desk.agency.slug))
    response = desk.draw("invitation.html", found=found, key=key, providers=ways.providers)
    response.headers.update(QUIET)
    return response


async def accept(desk: Desk) -> Response:
    """Uses the invitation up; from here on this browser is on its way in."""
    key = desk.form().get("key", "")[:200]
    try:
        entry = await desk.parts.asker.ask(AcceptInvitation(agency=desk.agency.slug, key=key, browser=desk.browser))
    except InvitationOver as refusal:
        return _over(desk, refusal)
    desk.turn(staff_entry=entry.entry, staff_error="", staff_next="")
    return desk.go("/second-factor")


def _over(desk: Desk, refusal: InvitationOver) -> Response:
    return desk.draw("invitation_over.html", reason=reason_of(desk, refusal.code), status_code=refusal.status)
