"""Connections to one database, kept open: at most so many, and each in one pair of hands at a time."""

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, Any

import asyncpg

from .known_types import TypesKnown

if TYPE_CHECKING:
    Connection = asyncpg.Connection[Any]

PATIENCE = 5.0  # seconds to wait for a connection that others have, and for the server to take a new one
LIFETIME = 1800.0  # seconds after which a connection is replaced: what the server keeps for it only ever grows
CLOSING = 2.0  # seconds that a good end may take


class Pool:
    """At most `size` connections, opened when they are needed; the one used last is given out first.

    asyncpg's own pool costs half as much again as a small transaction, and asks the server to forget after each one
    what ours never leave behind.
    """

    def __init__(self, url: str, size: int, **options: Any) -> None:
        self.size = size
        self._url = url
        self._options = options
        self._free: list[Connection] = []
        self._opened: dict[Connection, float] = {}  # when, by the monotonic clock
        self._room = asyncio.Semaphore(size)
        self._closed = False

    async def take(self) -> "Connection":
        """A connection that works, as far as can be known without asking the server; give it back.

        Raises TimeoutError when none becomes free in time, and what the driver raises when none can be opened.
        """
        if self._room.locked():
            async with asyncio.timeout(PATIENCE):
                await self._room.acquire()
        else:
            await self._room.acquire()
        try:
            while self._free:
                connection = self._free.pop()
                if not is_lost(connection):
                    return connection
                del self._opened[connection]
            fresh: Connection = await asyncpg.connect(
                self._url, timeout=PATIENCE, connection_class=TypesKnown, **self._options
            )
        except BaseException:
            self._room.release()
            raise
        self._opened[fresh] = time.monotonic()
        return fresh

    async def give_back(self, connection: "Connection") -> None:
        """Keeps the connection for the next one, unless it is old, lost, or still in a transaction."""
        try:
            if not connection.is_closed() and connection.is_in_transaction():
                connection.terminate()  # nobody else may get it: the transaction is of one agency
            elif self._closed or self._opened[connection] < time.monotonic() - LIFETIME:
                await _close(connection)
            if connection.is_closed():
                del self._opened[connection]
            else:
                self._free.append(connection)
        finally:
            self._room.release()

    async def close(self) -> None:
        """Closes every connection; those in use follow as they are given back."""
        self._closed = True
        while self._free:
            await _close(self._free.pop())


def is_lost(connection: "Connection") -> bool:
    """Whether the server is known to be gone: the driver hears of it by itself, and asking would cost a round trip."""
    return connection.is_closed()


async def _close(connection: "Connection") -> None:
    with contextlib.suppress(Exception):  # whatever the driver says of a server that is gone, it is closed then too
        await connection.close(timeout=CLOSING)
