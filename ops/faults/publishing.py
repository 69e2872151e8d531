"""Publishes a feed as an agency's system does that keeps what the bus has not acknowledged and sends it again."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator

import nats.errors
import nats.js.errors
from nats.aio.client import Client

from .feed import Said

IN_FLIGHT = 128
AGAIN_AFTER = 0.1  # seconds


class Publisher:
    """`attempts` counts how often each body in `watched` was sent; `done` how many messages the bus has taken."""

    def __init__(self, client: Client, slug: str, watched: "Counter[bytes]", moved: Callable[[int], None]) -> None:
        self._stream = client.jetstream(timeout=2)
        self._slug = slug
        self._watched = watched
        self._moved = moved
        self.attempts: Counter[bytes] = Counter()
        self.done = 0

    async def publish(self, section: Iterator[Said]) -> None:
        """Returns when the bus has acknowledged all of it."""
        async with asyncio.TaskGroup() as group:
            for _ in range(IN_FLIGHT):
                group.create_task(self._work(section))

    async def _work(self, section: Iterator[Said]) -> None:
        for kind, body in section:
            while True:
                if body in self._watched:
                    self.attempts[body] += 1
                try:
                    await self._stream.publish(f"ams.{self._slug}.{kind}", body, stream="AMS")
                    break
                except (nats.errors.Error, nats.js.errors.Error, OSError, TimeoutError):
                    await asyncio.sleep(AGAIN_AFTER)
            self.done += 1
            self._moved(self.done)
