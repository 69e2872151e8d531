"""A thread that ends the process when its event loop has not turned for too long, so that it is started again."""

import asyncio
import faulthandler
import logging
import os
import sys
import threading
import time

log = logging.getLogger(__name__)

FROZEN = 70  # exit status


class Watchdog:
    """Watches the running loop; `limit` is in seconds."""

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._turned = time.monotonic()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def start(self) -> "asyncio.Task[None]":
        """Starts watching; keep the task that it returns."""
        task = asyncio.get_running_loop().create_task(self._turn())
        self._thread.start()
        return task

    async def _turn(self) -> None:
        while True:
            self._turned = time.monotonic()
            await asyncio.sleep(self._limit / 10)

    def _watch(self) -> None:
        seen = time.monotonic()
        while True:
            time.sleep(self._limit / 10)
            now = time.monotonic()
            if now - seen > self._limit / 2:
                self._turned = now  # this thread slept too: the machine or the process was paused, not the loop
            seen = now
            if now - self._turned > self._limit:
                log.critical("the event loop is frozen: exiting", extra={"seconds": round(now - self._turned, 1)})
                faulthandler.dump_traceback(file=sys.stderr)
                sys.stderr.flush()
                os._exit(FROZEN)
