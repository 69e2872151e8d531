"""Work that a service does again and again by the clock, and once more when it stops."""

import asyncio
import contextlib
import logging

from .bus.call import Bus, Call
from .bus.service import Repeats

log = logging.getLogger(__name__)

AFTER_FAILURE = 30.0  # seconds


class Repeater:
    """Does one piece of work until it is stopped; the work says after how many seconds it is due again.

    Every process of a service does it: the work itself takes care that nothing is done twice.
    """

    def __init__(self, work: Repeats, bus: Bus) -> None:
        self._work = work
        self._bus = bus
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Works until stop() is called, and then a last time; a failure only delays it."""
        while True:
            last = self._stopping.is_set()
            wait = AFTER_FAILURE
            try:
                wait = await self._work(Call(self._bus), last)
            except Exception as error:
                log.warning("%s: %s", getattr(self._work, "__name__", "work"), type(error).__name__, exc_info=error)
            if last:
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), wait)

    def stop(self) -> None:
        """Lets run() end after one more turn."""
        self._stopping.set()
