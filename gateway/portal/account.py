"""What is on file about the person who is signed in, and how to reach the agency."""

from starlette.responses import Response

from contracts.identity.contacts import GetMe
from gateway.visit import Visit


async def show(visit: Visit) -> Response:
    """Information."""
    me = await visit.ask(GetMe())
    return visit.render("information.html", me, "information", me=me)


async def show_agency(visit: Visit) -> Response:
    """Agency contact information."""
    me = await visit.ask(GetMe())
    return visit.render("agency.html", me, "agency")
