"""Waits until nothing of a feed is under way any more: on the bus, in the services, and between them."""

import asyncio
import time

import nats.errors
import nats.js.errors
from nats.aio.client import Client

from contracts.policy.policies import PoliciesChanged
from contracts.streams import UNKNOWN_KINDS, durable, feed_durable
from ops.problem import Problem

CONSUMERS = (
    ("AMS", feed_durable("policy")),
    ("AMS", feed_durable("identity")),
    ("AMS", UNKNOWN_KINDS),
    ("EVENTS", durable("documents", PoliciesChanged.subject)),
)
LOOK = 0.2  # seconds
STUCK_AFTER = 300.0  # seconds without any progress


async def settled(client: Client) -> None:
    """Returns once every consumer has settled all that there is; raises Problem when nothing moves any more."""
    least, since = None, time.monotonic()
    while True:
        left = await _left(client)
        if left == 0:
            return
        if left is not None and (least is None or left < least):
            least, since = left, time.monotonic()
        if time.monotonic() - since > STUCK_AFTER:
            raise Problem(f"{left} messages have not moved for {STUCK_AFTER:.0f} s.")
        await asyncio.sleep(LOOK)


async def _left(client: Client) -> int | None:
    """Messages that no consumer has settled yet; None while the bus is away."""
    try:
        states = [await client.jsm().consumer_info(stream, name) for stream, name in CONSUMERS]
    except (nats.errors.Error, nats.js.errors.Error, OSError, TimeoutError):
        return None
    return sum((state.num_pending or 0) + (state.num_ack_pending or 0) for state in states)
