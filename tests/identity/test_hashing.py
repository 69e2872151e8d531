"""Hashing of passwords costs memory and time: a few at once, and whoever would wait too long is told at once."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from contracts.kinds import Unavailable
from services.identity.credentials.hashing import AT_ONCE, MOST_WAITING, Hashing


async def test_a_few_passwords_are_hashed_at_once_and_a_few_more_may_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, over = 0, asyncio.Event()

    async def hash_slowly(work: Callable[..., Any], *arguments: Any) -> str:
        nonlocal begun
        begun += 1
        await over.wait()
        return "hashed"

    hashing = Hashing()
    monkeypatch.setattr(asyncio, "to_thread", hash_slowly)
    waiting = [asyncio.create_task(hashing.hash("green tractor sings at dawn")) for _ in range(MOST_WAITING)]
    one_more = asyncio.create_task(hashing.is_right("green tractor sings at dawn", None))
    await asyncio.sleep(0)  # each has come as far as it can
    assert begun == AT_ONCE == 2  # at 19 MiB each
    over.set()
    with pytest.raises(Unavailable):
        await one_more
    assert await asyncio.gather(*waiting) == ["hashed"] * MOST_WAITING
    assert await hashing.hash("green tractor sings at dawn") == "hashed"
