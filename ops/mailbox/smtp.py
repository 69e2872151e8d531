"""The mailbox's SMTP side: takes every mail for every address."""

import asyncio
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from .folder import Folder

LARGEST = 40 << 20  # bytes of a message


class Catcher:
    """aiosmtpd's handler: keeps what it is given."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keeps the mail before it says so."""
        content = envelope.content
        raw = content.encode() if isinstance(content, str) else content or b""
        message = self._folder.keep("email", ", ".join(envelope.rcpt_tos), raw=raw)
        return f"250 2.0.0 kept as {message}"


async def listen(handler: Any, host: str, port: int, **options: Any) -> asyncio.Server:
    """Starts an SMTP server with a handler of aiosmtpd's kind in this loop; OSError where the port is taken."""
    return await asyncio.get_running_loop().create_server(
        lambda: SMTP(
            handler, hostname="mailbox.localhost", ident="Portico mailbox", data_size_limit=LARGEST, **options
        ),
        host,
        port,
    )
