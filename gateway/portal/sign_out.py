"""Exit: the session ends, and nothing of it stays in the browser."""

from contextlib import suppress

from starlette.responses import Response

from contracts.identity.sessions import EndSession
from contracts.kinds import SignInRequired
from gateway.parts import InNameOf
from gateway.visit import Visit

from . import devices


async def leave(visit: Visit) -> Response:
    """Ends the session and says so on the next page."""
    visit.form()
    parts, session = visit.parts, visit.session
    if session is not None:
        with suppress(SignInRequired):  # it had ended already
            await InNameOf(parts.asker, session)(EndSession())
        parts.sessions.forget(session.sid)
    response = visit.go("/sign-out")
    parts.jar.clear(response, parts.jar.session, parts.jar.notice, parts.jar.flow)
    # not "cookies": that would also clear those of every other site on the agency's domain
    response.headers["clear-site-data"] = '"cache", "storage"'
    return response


async def left(visit: Visit) -> Response:
    """Says that the session has ended; whoever is still signed in goes Home."""
    return (
        visit.go("/")
        if visit.session is not None
        else visit.render("signed_out.html", remembered=devices.is_kept(visit))
    )
