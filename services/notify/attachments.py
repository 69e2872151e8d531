"""A document's bytes for a mail: fetched in pieces, checked, never kept."""

from hashlib import sha256
from uuid import UUID

from contracts.documents.vault import Content, ReadAttachment
from contracts.kinds import Broken, NotFound, Refusal, Unavailable
from kit.bus import Call

from .outcomes import NotNow, Refused

LARGEST = 15 << 20  # bytes; base64 adds a third, and many mail servers refuse above 20 or 25 MB


async def fetch(agency: UUID, document: UUID, digest: str, call: Call) -> tuple[bytes, str]:
    """The document's bytes and content type.

    `digest` is the SHA-256 that the job names, in hex. Raises Refused where the document is gone, too large or not the
    one that was meant, NotNow where documents does not answer.
    """
    first = await _ask(agency, document, 0, call)
    size = first.document.size
    if size > LARGEST:
        raise Refused("the document is too large for a mail")
    content = bytearray(first.chunk)
    while len(content) < size:
        piece = await _ask(agency, document, len(content), call)
        if not piece.chunk or piece.offset != len(content):
            raise Refused("the document ended early")
        content += piece.chunk
    if sha256(content).hexdigest() != digest.lower():
        raise Refused("the document is not the one that was meant: its hash differs")
    return bytes(content), first.document.content_type


async def _ask(agency: UUID, document: UUID, offset: int, call: Call) -> Content:
    try:
        return await call.ask(ReadAttachment(agency=agency, document=document, offset=offset))
    except NotFound:
        raise Refused("the document is gone") from None
    except (Unavailable, Broken) as refusal:
        raise NotNow(f"documents did not answer: {refusal.code}") from None
    except Refusal as refusal:
        raise Refused(f"documents refused: {refusal.code}") from None
