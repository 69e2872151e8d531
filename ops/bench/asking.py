"""Requests per second of a bare nats-py request and of ours, against the same answering process."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from nats.aio.client import Client

from contracts.policy.policies import GetHomePolicies
from kit.bus import Asker

IN_FLIGHT = 64
BARE = "bench.bare"
PERIOD = 1.5  # seconds of one figure


async def ask_bare(client: Client) -> float:
    """Bare requests per second: bytes out, bytes in, nothing looked at."""
    body = b"{}"

    async def one() -> None:
        await client.request(BARE, body, timeout=10)

    return await per_second(one)


async def ask_typed(asker: Asker, principal: str) -> float:
    """Requests per second with everything that ours have: types, principal, deadline, a trace now and then."""

    async def one() -> None:
        await asker.ask(GetHomePolicies(), principal, deadline=10)

    return await per_second(one)


async def per_second(one: Callable[[], Awaitable[None]]) -> float:
    """How often `one` is done in a second, IN_FLIGHT side by side."""
    done = 0
    end = time.perf_counter() + PERIOD

    async def worker() -> None:
        nonlocal done
        while time.perf_counter() < end:
            await one()
            done += 1

    started = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(IN_FLIGHT)))
    return done / (time.perf_counter() - started)
