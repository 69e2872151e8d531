"""What is on file of the account and its people, and how to reach the agency."""

from starlette.responses import Response

from contracts.identity.contacts import GetMe
from gateway.views import information
from gateway.visit import Visit


async def show(visit: Visit) -> Response:
    """Information."""
    found = await information.compose(visit.ask)
    return visit.render("information.html", found, "information", information=found)


async def show_agency(visit: Visit) -> Response:
    """Agency contact information."""
    me = await visit.ask(GetMe())
    return visit.render("agency.html", me, "agency")
