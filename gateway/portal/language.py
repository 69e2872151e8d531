"""The language switch."""

from starlette.responses import Response

from gateway.cookies import LANGUAGE_LIFETIME
from gateway.rendering import LANGUAGES
from gateway.visit import Visit, is_local


async def switch(visit: Visit) -> Response:
    """Keeps the chosen language and leads back to where the person was."""
    form = visit.form()
    back = form.get("back", "")
    response = visit.go(back if is_local(back) else "/")
    if form.get("language") in LANGUAGES:
        visit.parts.jar.put(response, visit.parts.jar.language, form["language"], LANGUAGE_LIFETIME)
    return response
