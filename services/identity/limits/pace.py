"""Pace: answers that come later on purpose, while nothing is held for them."""

import asyncio
import math
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from contracts.identity.sessions import Browser
from contracts.identity.sign_in import SlowDown
from contracts.kinds import Refusal

from .marks import network_of

LEVEL = 0.4  # seconds after which a level answer comes: longer than the work, whatever it was
ROOM = 128  # answers that wait side by side, half of what a process works on
ROOM_OF_CLIENT = 4
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Outcome(Generic[Answer]):
    """What a transaction came to, to be said after its commit: a refusal must not roll back what it cost.

    `delay` is what a strained budget costs, in seconds; a `level` answer takes the same time whatever was found.
    """

    answer: Answer | Refusal
    delay: float = 0.0
    level: bool = False
    began: float = field(default_factory=time.monotonic)


class Pace:
    """Says outcomes in their time."""

    def __init__(self) -> None:
        self._waiting: Counter[bytes] = Counter()

    async def say(self, outcome: Outcome[Answer], browser: Browser) -> Answer:
        """The answer, or its refusal raised.

        A client with answers in waiting that asks for more is told to slow down; with too many of all clients nobody
        waits any longer, so that slowness never becomes the outage that it is to prevent.
        """
        until = outcome.began + outcome.delay + (LEVEL if outcome.level else 0.0)
        client = network_of(browser.address)
        if client and outcome.delay and self._waiting[client] >= ROOM_OF_CLIENT:
            raise_or_give(SlowDown(retry_after=math.ceil(outcome.delay) + 1), outcome)
        elif outcome.level or (outcome.delay and self._waiting.total() < ROOM):
            await self._wait(client, until - time.monotonic())
        if isinstance(outcome.answer, Refusal):
            raise outcome.answer
        return outcome.answer

    async def _wait(self, client: bytes, seconds: float) -> None:
        self._waiting[client] += 1
        try:
            await asyncio.sleep(max(0.0, seconds))
        finally:
            self._waiting[client] -= 1
            if not self._waiting[client]:
                del self._waiting[client]


def raise_or_give(instead: SlowDown, outcome: Outcome[Answer]) -> None:
    """Puts another refusal in the place of one; what has been granted is given."""
    if isinstance(outcome.answer, Refusal):
        raise instead
