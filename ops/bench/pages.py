"""Pages per second over kept-alive connections: a client small enough not to be what is measured."""

import asyncio
import time

from ops.bench.calls import length_of
from ops.problem import Problem

CONNECTIONS = 32
PERIOD = 3.0  # seconds of one figure


async def pages_per_second(host: str, port: int, path: str, cookie: str) -> float:
    """How many times this page is answered with 200 in a second; raises Problem on any other answer."""
    request = (
        f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: {cookie}\r\nAccept-Encoding: identity\r\n\r\n"
    ).encode()
    done = 0
    end = time.perf_counter() + PERIOD

    async def connection() -> None:
        nonlocal done
        reader, writer = await asyncio.open_connection(host, port)
        try:
            while time.perf_counter() < end:
                writer.write(request)
                head = await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(length_of(head))
                if not head.startswith(b"HTTP/1.1 200"):
                    raise Problem(_unexpected(path, head))
                done += 1
        finally:
            writer.close()

    started = time.perf_counter()
    await asyncio.gather(*(connection() for _ in range(CONNECTIONS)))
    return done / (time.perf_counter() - started)


def _unexpected(path: str, head: bytes) -> str:
    status = head.split(b"\r\n", 1)[0].decode("latin-1")
    return f"{path} was answered with {status}."
