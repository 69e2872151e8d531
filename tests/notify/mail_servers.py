"""Real SMTP servers that misbehave on request, and a stand-in of documents that hands out bytes."""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator
from email.message import EmailMessage
from hashlib import sha256
from typing import Any, cast
from uuid import UUID

from aiosmtpd.smtp import SMTP, Envelope, Session

from contracts.documents.vault import Content, Document, ReadAttachment
from contracts.kinds import NotFound
from kit.ids import new_id
from ops.mailbox.messages import read
from ops.mailbox.smtp import listen


class Post:
    """aiosmtpd's handler: keeps mails; the next recipients and messages get the answers that wait in its queues.

    The answers "hang" and "drop" are none: the server falls silent, or takes the mail and hangs up without a word.
    """

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.sessions: list[Session] = []
        self.recipients: list[str] = []
        self.to_recipients: deque[str] = deque()
        self.to_messages: deque[str] = deque()
        self.lines: list[asyncio.Transport] = []
        self.server: asyncio.Server | None = None
        self.port = 0

    @property
    def mails(self) -> list[EmailMessage]:
        """What was taken, read."""
        return [read(raw) for raw in self.taken]

    @property
    def connections(self) -> int:
        """Over how many connections the mails came."""
        return len({id(session) for session in self.sessions})

    def hang_up(self) -> None:
        """Ends every connection without a good-bye, as a server does that dies."""
        for line in self.lines:
            if not line.is_closing():
                line.abort()

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.lines.append(cast(asyncio.Transport, server.transport))
        if self.to_recipients:
            return self.to_recipients.popleft()
        self.recipients.append(address)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.to_messages.popleft() if self.to_messages else "250 2.0.0 queued as 4711"
        if answer == "hang":
            await asyncio.sleep(3600)
        if answer == "drop" or answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.taken.append(envelope.content)
            self.sessions.append(session)
        if answer == "drop":
            cast(asyncio.Transport, server.transport).abort()
            return ""
        return answer


@contextlib.asynccontextmanager
async def post_office(host: str = "127.0.0.1", port: int = 0, **options: Any) -> AsyncIterator[Post]:
    """A running SMTP server; options are aiosmtpd's."""
    post = Post()
    post.server = await listen(post, host, port, **options)
    post.port = post.server.sockets[0].getsockname()[1]
    try:
        yield post
    finally:
        post.server.close()
        post.hang_up()


class Documents:
    """Answers ReadAttachment in pieces, as documents does."""

    def __init__(self, content: bytes, piece: int = 1000, content_type: str = "application/pdf") -> None:
        self.id = new_id()
        self.content = content
        self.piece = piece
        self.content_type = content_type
        self.asked = 0
        self.refuses: deque[Exception] = deque()

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes, in hex."""
        return sha256(self.content).hexdigest()

    async def ask(self, request: ReadAttachment, _principal: str | None = None) -> Content:
        """A piece of the document."""
        self.asked += 1
        if self.refuses:
            raise self.refuses.popleft()
        if request.document != self.id:
            raise NotFound
        return Content(
            document=document(self.id, self.content, self.content_type),
            offset=request.offset,
            chunk=self.content[request.offset : request.offset + self.piece],
        )


def document(key: UUID, content: bytes, content_type: str) -> Document:
    """The record of an ID card with these bytes."""
    return Document.model_validate(
        {
            "id": key,
            "kind": "id_card",
            "title": "ID card",
            "file_name": "id-card.pdf",
            "content_type": content_type,
            "size": len(content),
            "sha256": sha256(content).hexdigest(),
            "made_at": "2026-05-01T12:00:00Z",
            "current": True,
        }
    )
