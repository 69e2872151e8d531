"""One POST to an address of an agency's: to the very address that was judged, bounded in time, following nothing."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from ipaddress import ip_address

from contracts.policy.webhooks import AddressRefused

from .addresses import Ip, Target, check_public, target_of

PATIENCE = 10.0  # seconds for all of it, from the name's look-up to the answer's head
CONNECTING = 5.0
HEAD = 16 * 1024  # bytes of an answer's head; its body is not read
INTERIM = 5  # answers of the 1xx kind that may come before

# what went wrong without an answer, the closest first
PROBLEMS: tuple[tuple[type[Exception], str], ...] = (
    (AddressRefused, "address"),
    (socket.gaierror, "name"),
    (UnicodeError, "name"),
    (TimeoutError, "timeout"),
    (ssl.SSLError, "tls"),
    (ValueError, "answer"),
    (EOFError, "answer"),
    (asyncio.LimitOverrunError, "answer"),
    (OSError, "connection"),
    (RuntimeError, "connection"),  # what the transport says of one that the other side has just cut
)

Lookup = Callable[[str, int], Awaitable[list[Ip]]]


@dataclass(frozen=True)
class Answer:
    """An answer's status, 0 where there was none; then `problem` is a code for why. `retry_after` is in seconds."""

    status: int
    problem: str = ""
    retry_after: float = 0.0

    @property
    def taken(self) -> bool:
        """Whether the message counts as delivered."""
        return 200 <= self.status < 300


# threads of their own: a name server that does not answer holds one for half a minute, and the loop has only four
NAMES = ThreadPoolExecutor(32, thread_name_prefix="names")


async def look_up(host: str, port: int) -> list[Ip]:
    """Every address of a host name, as this machine knows it."""
    loop = asyncio.get_running_loop()
    found = await loop.run_in_executor(NAMES, partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM))
    return [ip_address(each[4][0]) for each in found]


@cache  # reading every authority that the machine trusts takes 30 ms
def _everybodys() -> ssl.SSLContext:
    return ssl.create_default_context()


class Poster:
    """Posts; with `loopback` also to this machine, for a demo."""

    def __init__(self, *, loopback: bool, lookup: Lookup = look_up, tls: ssl.SSLContext | None = None) -> None:
        self.loopback = loopback
        self._lookup = lookup
        self._tls = tls or _everybodys()

    async def post(self, url: str, headers: Mapping[str, str], body: bytes, *, loopback: bool = False) -> Answer:
        """Posts a JSON body; `loopback` says that the agency is a demo. Never raises for what the other side does."""
        here = self.loopback and loopback
        try:
            async with asyncio.timeout(PATIENCE):
                target = target_of(url, loopback=here)
                found = await self._lookup(target.host, target.port)
                check_public(found, loopback=here)
                return await self._exchange(target, found, headers, body)
        except tuple(kind for kind, _ in PROBLEMS) as error:
            return Answer(0, next(code for kind, code in PROBLEMS if isinstance(error, kind)))

    async def _exchange(self, target: Target, found: list[Ip], headers: Mapping[str, str], body: bytes) -> Answer:
        reader, writer = await self._connect(target, found)
        try:
            writer.write(_request(target, headers, body))
            await writer.drain()
            for _ in range(INTERIM):
                answer = _answer(await reader.readuntil(b"\r\n\r\n"))
                if answer.status >= 200:
                    return answer
            return Answer(0, "answer")
        finally:
            with suppress(RuntimeError, OSError):
                writer.transport.abort()

    async def _connect(self, target: Target, found: list[Ip]) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connects to an address that was judged, not to a name that may mean another one by now."""
        last: OSError = ConnectionError()
        for ip in found[:2]:
            try:
                async with asyncio.timeout(CONNECTING):
                    if not target.https:
                        return await asyncio.open_connection(str(ip), target.port, limit=HEAD)
                    return await asyncio.open_connection(
                        str(ip), target.port, limit=HEAD, ssl=self._tls, server_hostname=target.host
                    )
            except ssl.SSLError:
                raise
            except OSError as error:
                last = error
        raise last


def _request(target: Target, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = [f"POST {target.path} HTTP/1.1", f"host: {target.authority}", *(f"{k}: {v}" for k, v in headers.items())]
    lines += ["content-type: application/json", "user-agent: Portico-Webhooks/1", "accept: */*", "connection: close"]
    lines.append(f"content-length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


def _answer(head: bytes) -> Answer:
    """Raises ValueError for what is no answer of HTTP/1."""
    first, *lines = head.decode("latin-1").split("\r\n")
    version, _, rest = first.partition(" ")
    status = rest[:3]
    if not version.startswith("HTTP/1.") or len(status) != 3 or not status.isdecimal():
        raise ValueError(first[:40])
    fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    after = fields.get("retry-after", "")
    problem = "" if status.startswith("2") else "status"
    return Answer(int(status), problem, float(after) if after.isdecimal() and len(after) < 8 else 0.0)
