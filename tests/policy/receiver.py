"""A system that takes webhooks: a real HTTP or HTTPS server on loopback that remembers what it was sent."""

import asyncio
import base64
import contextlib
import hmac
import json
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any


@dataclass(frozen=True)
class Sent:
    """One POST as it arrived."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        found = json.loads(self.body)
        assert isinstance(found, dict)
        return found

    def verifies(self, secret: str) -> bool:
        """As the specification says it, in a receiver's own words."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = b".".join((self.headers["webhook-id"].encode(), self.headers["webhook-timestamp"].encode(), self.body))
        wanted = base64.b64encode(hmac.new(key, signed, sha256).digest()).decode()
        return any(hmac.compare_digest(part, f"v1,{wanted}") for part in self.headers["webhook-signature"].split(" "))


@dataclass
class Receiver:
    """`answer` is called for each POST: a status, or a whole answer in bytes, or nothing, and then it hangs."""

    port: int = 0
    https: bool = False
    sent: list[Sent] = field(default_factory=list)
    connections: int = 0
    busy: int = 0
    busiest: int = 0
    over: asyncio.Event = field(default_factory=asyncio.Event)
    answer: Callable[[Sent], int | bytes | None] = lambda _: 204

    @property
    def url(self) -> str:
        return f"http{'s' if self.https else ''}://localhost:{self.port}/hooks?from=portico"

    @property
    def ids(self) -> list[str]:
        return [each.headers["webhook-id"] for each in self.sent]

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        try:
            first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            fields = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
            sent = Sent(first.split(" ")[1], fields, await reader.readexactly(int(fields["content-length"])))
            self.sent.append(sent)
            answer = self.answer(sent)
            await (self.over.wait() if answer is None else asyncio.sleep(0.02))
            self._end()  # before the answer: whoever reads it may send the next one
            if answer is None:
                pass
            elif isinstance(answer, bytes):
                writer.write(answer)
            else:
                writer.write(f"HTTP/1.1 {answer} Said\r\ncontent-length: 0\r\n\r\n".encode())
        except (asyncio.IncompleteReadError, ConnectionError):
            self._end()
        finally:
            writer.close()

    def _end(self) -> None:
        self.busy -= 1


@contextlib.asynccontextmanager
async def receiving(tls: ssl.SSLContext | None = None) -> AsyncIterator[Receiver]:
    """A receiver for as long as the block runs."""
    receiver = Receiver(https=tls is not None)
    server = await asyncio.start_server(receiver.take, "127.0.0.1", 0, ssl=tls)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        receiver.over.set()
        server.close()
