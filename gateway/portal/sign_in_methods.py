"""Ways to sign in: what opens the portal for the signed-in person, and its removal."""

from uuid import UUID

from starlette.responses import Response

from contracts.identity.contacts import GetMe
from contracts.identity.openid import EndGoogleLink, ListGoogleLinks
from contracts.identity.passkeys import ListPasskeys
from contracts.identity.passwords import GetOwnUserName
from contracts.kinds import NotFound
from gateway.views.together import together
from gateway.visit import Visit

REMOVED = "This Google account no longer opens the portal."


async def show(visit: Visit) -> Response:
    """Every way in that this person has, and those that the agency offers."""
    (me, google), (passkeys, credentials) = await together(
        together(visit.ask(GetMe()), visit.ask(ListGoogleLinks())),
        together(visit.ask(ListPasskeys()), visit.ask(GetOwnUserName())),
    )
    shown = google.items if google.items or visit.agency.google else None
    return visit.render("sign_in_methods.html", me, google=shown, passkeys=passkeys, credentials=credentials)


async def remove_google(visit: Visit) -> Response:
    """Takes a Google account away; the next sign-in with it asks for a code again."""
    try:
        link = UUID(visit.form().get("link", ""))
    except ValueError:
        raise NotFound from None
    await visit.ask(EndGoogleLink(link=link, browser=visit.browser))
    return visit.go("/sign-in-methods", notice=visit.say(REMOVED))
