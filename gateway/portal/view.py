"""A read-only view of an insured's portal: opened once by its one-time address, left, over."""

from typing import Any
from urllib.parse import urlsplit

from starlette.responses import Response

from contracts.identity.impersonations import EndView, FindImpersonation, LinkOver, OpenView
from gateway.rendering import LANGUAGES
from gateway.visit import Visit, is_local

# the address of the page is a secret: it leaves in no Referer, not even to our own assets; "no-referrer" would make
# browsers send "Origin: null" with the form
QUIET = {"referrer-policy": "strict-origin"}


async def ask(visit: Visit) -> Response:
    """Says who is about to look at whom, and why; only the button (or the script that presses it) opens the view."""
    try:
        found = await visit.parts.asker.ask(FindImpersonation(**_address(visit)))
    except LinkOver:
        return _too_late(visit)
    response = visit.render("view_open.html", found=found)
    response.headers.update(QUIET)
    return response


async def open_one(visit: Visit) -> Response:
    """Uses the one-time address up: the browser gets a cookie for the addresses of this view alone."""
    if visit.session is not None:
        return _too_late(visit)
    visit.form()
    try:
        opened = await visit.parts.asker.ask(OpenView(**_address(visit), browser=visit.browser))
    except LinkOver:
        return _too_late(visit)
    response = visit.go("/")
    visit.parts.jar.put_view(response, f"{visit.root}/", opened.token, opened.expires_at)
    return response


async def leave(visit: Visit) -> Response:
    """Exit: ends the view and says so."""
    visit.form()
    await visit.parts.asker.ask(EndView(token=visit.token))
    if visit.session is not None:
        visit.parts.sessions.forget(visit.session.sid)
    response = visit.go("/over")
    visit.parts.jar.clear(response, visit.parts.jar.view, path=f"{visit.root}/")
    return response


async def over(visit: Visit) -> Response:
    """Says that the view is over; whoever is still in it goes to its Home."""
    return visit.go("/") if visit.session is not None else visit.render("view_over.html", link=False, here=False)


async def switch_language(visit: Visit) -> Response:
    """Shows the view in another language; the person's own portal keeps its own."""
    query = visit.request.query_params
    back = query.get("back", "")
    response = visit.go(back if is_local(back) and not urlsplit(back).netloc else "/")
    if query.get("to") in LANGUAGES:
        visit.parts.jar.put(response, visit.parts.jar.view_language, query["to"], path=f"{visit.root}/")
    return response


def _address(visit: Visit) -> dict[str, Any]:
    key = visit.request.path_params["key"][:200]
    return {"agency": visit.agency.slug, "impersonation": visit.view, "key": key}


def _too_late(visit: Visit) -> Response:
    return visit.render("view_over.html", link=True, here=visit.session is not None, status_code=LinkOver.status)
