"""The agency's colours as a stylesheet."""

from starlette.responses import Response

from gateway.rendering import brand_css
from gateway.visit import Visit


async def show(visit: Visit) -> Response:
    """The stylesheet; its address carries the colour, so a browser may keep it."""
    return Response(
        brand_css(visit.agency),
        media_type="text/css",
        headers={"cache-control": "public, max-age=31536000, immutable"},
    )
