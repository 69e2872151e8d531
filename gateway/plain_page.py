"""The page where no agency is known whose dress it could wear: an unknown address, or identity is away."""

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from contracts.kinds import Refusal

from .language import preferred
from .parts import Parts
from .rendering import translate

PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="stylesheet" href="/assets/{version}/portal.css">
</head>
<body>
<main class="trouble" id="content">
<h1>{title}</h1>
</main>
</body>
</html>
"""


def show(parts: Parts, request: Request, refusal: Refusal) -> Response:
    """The page with the reason, in the browser's language."""
    language = preferred(request.headers.get("accept-language", "")) or "en"
    title = escape(translate(refusal.title, language))
    return HTMLResponse(
        PAGE.format(language=language, title=title, version=parts.renderer.assets_version), refusal.status
    )
