"""Home."""

from starlette.responses import Response

from gateway.requests import words
from gateway.views import home
from gateway.visit import Visit


async def show(visit: Visit) -> Response:
    """Policies, what renews or is cancelled, new documents."""
    view = await home.compose(visit.ask)
    return visit.render(
        "home.html", view.me, "home", me=view.me, policies=view.policies, documents=view.documents, words=words
    )
