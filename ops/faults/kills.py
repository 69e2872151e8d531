"""Ends parts of a running stack with SIGKILL, at random places of a feed."""

import asyncio
import os
import random
import signal
import sys
import time
from collections import Counter
from pathlib import Path

import psutil

from ops.problem import Problem
from ops.running import find_running

VICTIMS = ("nats", "policy", "postgres", "identity", "documents")
AT_THE_END = sys.maxsize  # a place that no feed comes to by itself
BACK_WITHIN = 60.0  # seconds


class Killer:
    """Kills `times` parts, each of VICTIMS in turn, once the feed has come to as many random places in it.

    An eighth of them waits for its end, when what the last snapshot did not name is being removed.
    """

    def __init__(self, data: Path, times: int, events: int, seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311 - no secret
        self._data = data
        amid = times - times // 8
        self._places = sorted(chance.randrange(events // 20, events * 19 // 20) for _ in range(amid))
        self._places += [AT_THE_END] * (times - amid)
        victims = [VICTIMS[number % len(VICTIMS)] for number in range(times)]
        self._victims = [*chance.sample(victims[:amid], amid), *chance.sample(victims[amid:], times - amid)]
        self._reached = asyncio.Semaphore(0)
        self.killed: Counter[str] = Counter()

    def moved(self, done: int) -> None:
        """The feed has come this far."""
        while self._places and done >= self._places[0]:
            self._places.pop(0)
            self._reached.release()

    async def run(self) -> None:
        """Returns once all of them have been killed and are back; raises Problem for one that does not come back."""
        killed: dict[str, int] = {}
        for victim in self._victims:
            await self._reached.acquire()
            killed[victim] = await self._running(victim, after=killed.get(victim, 0))
            os.kill(killed[victim], signal.SIGKILL)
            self.killed[victim] += 1
        for victim, pid in killed.items():
            await self._running(victim, after=pid)

    async def _running(self, victim: str, after: int) -> int:
        """Its process id, once it runs as another process than `after`."""
        late = time.monotonic() + BACK_WITHIN
        while time.monotonic() < late:
            # between an end and the next start there is none
            found: int = find_running(self._data).processes.get(victim, {}).get("pid", after)
            if found != after and psutil.pid_exists(found):
                return found
            await asyncio.sleep(0.05)
        raise Problem(f"{victim} was not started again within {BACK_WITHIN:.0f} s.")
