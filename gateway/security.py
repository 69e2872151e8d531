"""What protects people's browsers: where unsafe requests may come from, and the headers of every answer."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers

from .refusals import FormRefused
from .settings import GatewaySettings, is_loopback

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
YEAR = 365 * 24 * 3600

CONTENT_SECURITY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
        "object-src 'none'",
    )
)
PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in ("camera", "microphone", "geolocation", "payment", "usb", "serial", "browsing-topics")
)

HeaderList = list[tuple[bytes, bytes]]


def answer_headers(settings: GatewaySettings) -> HeaderList:
    """The headers of every answer that does not set its own."""
    headers = {
        "content-security-policy": CONTENT_SECURITY,
        "x-content-type-options": "nosniff",
        # no-referrer would make browsers send "Origin: null" with our own forms
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": PERMISSIONS,
        "cache-control": "no-store",
    }
    if settings.https:
        headers["strict-transport-security"] = f"max-age={YEAR}; includeSubDomains"
    return [(name.encode(), value.encode()) for name, value in headers.items()]


class Origins:
    """The origins whose pages may send us unsafe requests: our own."""

    def __init__(self, settings: GatewaySettings) -> None:
        parts = urlsplit(settings.public_url)
        self._own = {settings.public_url}
        if is_loopback(parts.hostname or ""):
            port = f":{parts.port}" if parts.port else ""
            self._own |= {f"{parts.scheme}://{host}{port}" for host in ("localhost", "127.0.0.1", "[::1]")}

    def check(self, headers: Headers, *, by_cookie_alone: bool = False) -> None:
        """Raises FormRefused for a request that another site's page made.

        `by_cookie_alone`: nothing but the cookie proves that the person wants it, so the browser has to say that
        our own page asks; a form carries a secret of its own beside the cookie.
        """
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is not None and site not in ("same-origin", "none"):
            raise FormRefused
        if origin is not None and origin not in self._own:
            raise FormRefused
        if by_cookie_alone and site is None and origin is None:
            raise FormRefused
