"""JSON calls over one kept-alive connection: a client small enough not to be what is measured."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from ops.problem import Problem


@dataclass
class Line:
    """A connection to the gateway, for one call after another."""

    host: str
    port: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def call(self, method: str, path: str, body: dict[str, str] | None, **headers: str) -> dict[str, Any]:
        """The JSON answer of a call that succeeds; raises Problem on any other status."""
        content = b"" if body is None else json.dumps(body).encode()
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: {self.host}:{self.port}",
            f"Content-Length: {len(content)}",
            "Content-Type: application/json",
            *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
        ]
        self.writer.write("\r\n".join([*lines, "", ""]).encode() + content)
        head = await self.reader.readuntil(b"\r\n\r\n")
        answer = await self.reader.readexactly(length_of(head))
        if not head.startswith(b"HTTP/1.1 2"):
            raise Problem(f"{method} {path[:60]} was answered with {answer[:300].decode('latin-1')}.")
        found: dict[str, Any] = json.loads(answer)
        return found


async def open_line(host: str, port: int) -> Line:
    """A new connection."""
    return Line(host, port, *await asyncio.open_connection(host, port))


def length_of(head: bytes) -> int:
    """The bytes of an answer's body, as its head says; raises Problem where it does not."""
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.split(b":")[1])
    raise Problem("An answer has no length; this client needs one.")
