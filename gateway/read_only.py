"""The first wall of read-only sessions: nothing that writes passes the door in their name."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from contracts.kinds import ReadOnly

from .addresses import EXIT, OPEN, lies_in_view
from .parts import Parts
from .security import SAFE_METHODS

ALLOWED = frozenset(f"/{{agency}}{path}" for path in (OPEN, EXIT))


async def refuse_writes(parts: Parts, scope: Scope, template: str) -> None:
    """Raises ReadOnly for whatever a read-only session or a page of its view sends, but for opening and leaving it.

    It looks at nothing else of the request: whether there is such a page, or such a view, makes no difference.
    """
    if scope["method"] in SAFE_METHODS:
        return
    if lies_in_view(scope["path"]):
        if template not in ALLOWED:
            raise ReadOnly
    elif scope["path"].startswith("/api/"):
        headers = Headers(scope=scope)
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            session = await parts.sessions.find(token.strip())
            if session is not None and session.read_only:
                raise ReadOnly
        # a script on a page of a view would send the cookie of the person's own session
        elif lies_in_view(urlsplit(headers.get("referer", "")).path):
            raise ReadOnly
