"""The language switch of the console."""

from starlette.responses import Response

from gateway.cookies import LANGUAGE_LIFETIME
from gateway.rendering import LANGUAGES
from gateway.visit import is_local

from .desk import Desk


async def switch(desk: Desk) -> Response:
    """Keeps the chosen language and leads back to where the person was."""
    form = desk.form()
    back = form.get("back", "")
    response = desk.go(back if is_local(back) else "/")
    if form.get("language") in LANGUAGES:
        desk.parts.jar.put(response, desk.parts.jar.language, form["language"], LANGUAGE_LIFETIME)
    return response
