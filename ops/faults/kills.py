"""Ends parts of a running stack with SIGKILL, one at a time, at random places of a feed."""

import asyncio
import contextlib
import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

from ops.problem import Problem
from ops.running import find_running

VICTIMS = ("nats", "policy", "postgres", "identity")
BACK_WITHIN = 60.0  # seconds


class Killer:
    """Kills `times` parts, each of VICTIMS in turn, once the feed has come to as many random places in it."""

    def __init__(self, data: Path, times: int, events: int, seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311 - no secret
        self._data = data
        self._places = sorted(chance.randrange(events // 20, events * 19 // 20) for _ in range(times))
        self._victims = [VICTIMS[number % len(VICTIMS)] for number in range(times)]
        chance.shuffle(self._victims)
        self._reached = asyncio.Semaphore(0)
        self.killed: Counter[str] = Counter()

    def moved(self, done: int) -> None:
        """The feed has come this far."""
        while self._places and done >= self._places[0]:
            self._places.pop(0)
            self._reached.release()

    async def run(self) -> None:
        """Returns after the last one is back; raises Problem for one that does not come back."""
        for victim in self._victims:
            await self._reached.acquire()
            pid = self._pid(victim)
            with contextlib.suppress(ProcessLookupError):  # it is on its way back from the last time
                os.kill(pid, signal.SIGKILL)
                self.killed[victim] += 1
            await self._back(victim, pid)

    async def _back(self, victim: str, pid: int) -> None:
        late = time.monotonic() + BACK_WITHIN
        while self._pid(victim) == pid:
            if time.monotonic() > late:
                raise Problem(f"{victim} was not started again within {BACK_WITHIN:.0f} s.")
            await asyncio.sleep(0.05)

    def _pid(self, victim: str) -> int:
        pid: int = find_running(self._data).processes[victim]["pid"]
        return pid
