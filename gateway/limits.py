"""How large and how slow a request may be; beyond that it is refused before anything looks into it."""

import asyncio
import contextlib
from re import compile as pattern

from starlette.types import Message, Receive, Scope

from contracts.kinds import BadRequest
from contracts.principal import Scope as AccessScope

from .refusals import HeadersTooLarge, TooLarge, TooSlow, WrongType
from .session import Sessions

BODY = 64 * 1024  # bytes of a form or of JSON
BATCH = 4 * 1024 * 1024  # of events, from an agency's system that has proven who it is
EVENTS = pattern(r"/api/v1/[^/]+/ams/events")
SHEET = 1024 * 1024  # of a spreadsheet with certificate holders: one that is too long is told so, on its own page
SHEETS = pattern(r"/[^/]+/certificates/file|/api/v1/certificate-holders/sheets")
HEADERS = 16 * 1024
HEADER_COUNT = 100
ADDRESS = 4 * 1024
PATIENCE = 15.0  # seconds for a whole body
REST = 32 * 1024 * 1024  # bytes that are read away of a body that is refused


class Gone(Exception):
    """The client went away while it was sending."""


def check_head(scope: Scope) -> None:
    """Refuses addresses and headers that are too large, packed bodies, and NUL in addresses, which is no text."""
    headers = scope["headers"]
    query = scope["query_string"]
    if len(scope["path"]) + len(query) > ADDRESS or len(headers) > HEADER_COUNT:
        raise HeadersTooLarge
    if sum(len(name) + len(value) for name, value in headers) > HEADERS:
        raise HeadersTooLarge
    if any(value.strip().lower() not in (b"identity", b"") for name, value in headers if name == b"content-encoding"):
        raise WrongType  # a little of it could unpack to anything
    if "\0" in scope["path"] or b"%00" in query:
        raise BadRequest(pointer="", problem="The address contains a NUL character.")


async def limit_of(scope: Scope, sessions: Sessions) -> int:
    """Bytes that the body of this request may have: a batch of events may be large, from a system that may send it."""
    if SHEETS.fullmatch(scope["path"]):
        return SHEET
    if not EVENTS.fullmatch(scope["path"]):
        return BODY
    given = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
    scheme, _, token = given.decode("latin-1").partition(" ")
    session = await sessions.find(token.strip()) if scheme.lower() == "bearer" else None
    return BATCH if session is not None and AccessScope.AMS_PUBLISH in session.scopes else BODY


async def read_body(scope: Scope, receive: Receive, limit: int = BODY) -> bytes:
    """The whole body.

    Raises TooLarge beyond `limit` bytes, once the rest is read away; TooSlow after PATIENCE, Gone when the client went
    away.
    """
    declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    if not declared.isdigit() or int(declared) > limit:
        await _read_away(scope, receive)
        raise TooLarge(limit=limit)
    pieces: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Gone
                piece, more = message.get("body", b""), message.get("more_body", False)
                size += len(piece)
                pieces.append(piece)
                if size > limit or not more:
                    break
    except TimeoutError:
        raise TooSlow from None
    if size > limit:
        pieces.clear()
        if more:
            await _read_away(scope, receive)
        raise TooLarge(limit=limit)
    body = b"".join(pieces)
    if not _takes_bytes(scope["path"]) and (b"\0" in body or b"\\u0000" in body or b"%00" in body):
        raise BadRequest(pointer="", problem="The body contains a NUL character.")
    return body


async def _read_away(scope: Scope, receive: Receive) -> None:
    """Reads the rest of a body that is too large and keeps nothing of it: at most REST bytes, for PATIENCE at most.

    A connection that is closed with bytes unread is reset, and the reset can take the answer away before the browser,
    which sends first and reads then, has seen it. Whoever asks before it sends (Expect) is told without all that.
    """
    if any(name == b"expect" for name, _ in scope["headers"]):
        return
    size = 0
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while size <= REST:
                message = await receive()
                size += len(message.get("body", b""))
                if message["type"] == "http.disconnect" or not message.get("more_body", False):
                    return


def _takes_bytes(path: str) -> bool:
    """Whether an address takes a file, or events of which each is refused by itself: it looks at their text itself."""
    return bool(SHEETS.fullmatch(path) or EVENTS.fullmatch(path))


def replay(body: bytes, receive: Receive) -> Receive:
    """A receive that hands out a body that was read already, and then what follows."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
