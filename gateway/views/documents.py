"""A document's bytes on their way to a browser: read piece by piece, whole or a range (RFC 9110 §14)."""

from collections.abc import AsyncIterator
from re import compile as pattern
from urllib.parse import quote
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from contracts.documents.vault import Content, ReadContent
from contracts.kinds import Broken
from gateway.parts import Ask
from gateway.refusals import RangeRefused

SHOWN_INLINE = frozenset({"application/pdf"})
RANGE = pattern(r"bytes=(\d{0,15})-(\d{0,15})")


async def open_content(ask: Ask, document: UUID, request: Request, *, download: bool = False) -> "ContentResponse":
    """The answer with a document's bytes, or the range of them that the browser wants.

    Raises NotFound, or RangeRefused for a range outside the document.
    """
    first = await ask(ReadContent(document=document, download=download))
    tag = f'"{first.document.sha256}"'
    wanted = request.headers.get("range", "")
    if wanted and request.headers.get("if-range", tag) != tag:
        wanted = ""
    start, end = _range(wanted, first.document.size)
    return ContentResponse(ask, first, start, end, partial=(start, end) != (0, first.document.size), download=download)


class ContentResponse(Response):
    """Streams a document's bytes from `start` up to `end`.

    The first piece is here before the answer begins, so that a document that cannot be read is still refused properly.
    """

    def __init__(self, ask: Ask, first: Content, start: int, end: int, *, partial: bool, download: bool) -> None:
        self.background = None
        self._ask = ask
        self._first = first
        self._start, self._end = start, end
        self.status_code = 206 if partial else 200
        document = first.document
        inline = document.content_type in SHOWN_INLINE and not download
        headers = {
            "content-type": document.content_type,
            "content-length": str(end - start),
            "content-disposition": disposition("inline" if inline else "attachment", document.file_name),
            # a document is shown by the browser alone: no script in it, no form, no access to the portal
            "content-security-policy": "sandbox",
            "cache-control": "private, no-store",
            "accept-ranges": "bytes",
            "etag": f'"{document.sha256}"',
        }
        if partial:
            headers["content-range"] = f"bytes {start}-{end - 1}/{document.size}"
        self.raw_headers = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the answer."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        if scope["method"] != "HEAD":
            async for piece in self._pieces():
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _pieces(self) -> AsyncIterator[bytes]:
        document, at = self._first.document, self._start
        while at < self._end:
            content = self._first
            if at >= len(self._first.chunk):
                content = await self._ask(ReadContent(document=document.id, offset=at))
            piece = content.chunk[at - content.offset : self._end - content.offset]
            if not piece or content.document.sha256 != document.sha256:
                raise Broken  # cut off rather than completed with anything else
            yield piece
            at += len(piece)


def disposition(kind: str, file_name: str) -> str:
    """Content-Disposition after RFC 6266: a plain name for old browsers, the true one for all others."""
    safe = "".join(c for c in file_name if c.isprintable() and c not in '/\\"').strip(". ") or "document"
    plain = safe.encode("ascii", "replace").decode().replace("?", "_").replace("%", "_")
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe='')}"


def _range(wanted: str, size: int) -> tuple[int, int]:
    """First byte and the one after the last; the whole document for what is no single range of bytes."""
    match = RANGE.fullmatch(wanted)
    if match is None or match.groups() == ("", ""):
        return 0, size
    first, last = match.groups()
    if first == "":
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < int(first):
            return 0, size  # not a valid range: as if it had not been asked for
    if start >= size or start >= end:
        raise RangeRefused(size=size)
    return start, end
