"""Waits until nothing of a feed is under way any more: on the bus, in the services, and between them."""

import asyncio
import time
from collections.abc import Sequence

import nats.errors
import nats.js.errors
from nats.aio.client import Client

from contracts import ams
from contracts.identity.contacts import AccountsChanged
from contracts.policy.policies import PoliciesChanged
from contracts.streams import UNKNOWN_KINDS, durable, feed_durable
from ops.problem import Problem

from .found import Databases

Consumers = Sequence[tuple[str, str]]  # stream and durable name
HEARING: Consumers = (*(("AMS", feed_durable(service)) for service in ams.HEARD_BY), ("AMS", UNKNOWN_KINDS))
COPYING: Consumers = tuple(
    ("EVENTS", durable(service, event.subject))
    for event in (AccountsChanged, PoliciesChanged)
    for service in event.heard_by
)
LOOK = 0.1  # seconds
STUCK_AFTER = 300.0  # seconds without any progress
WAITING = "SELECT count(*) FROM outbox WHERE sent_at IS NULL"


async def applied(client: Client) -> None:
    """Returns once the feed's consumers have settled all of it; raises Problem when nothing moves any more."""
    await _until_nothing_moves(client, HEARING, {})


async def told(client: Client, databases: Databases) -> None:
    """Returns once these services have told all of it, and the others have heard that; raises Problem likewise."""
    await _until_nothing_moves(client, (), databases)
    await _until_nothing_moves(client, COPYING, {})


async def _until_nothing_moves(client: Client, consumers: Consumers, databases: Databases) -> None:
    least, since = None, time.monotonic()
    while True:
        left = await _left(client, consumers)
        if left is not None:
            left += sum([await database.fetchval(WAITING) for database in databases.values()])
        if left == 0:
            return
        if left is not None and (least is None or left < least):
            least, since = left, time.monotonic()
        if time.monotonic() - since > STUCK_AFTER:
            raise Problem(f"{left} messages have not moved for {STUCK_AFTER:.0f} s.")
        await asyncio.sleep(LOOK)


async def _left(client: Client, consumers: Consumers) -> int | None:
    """Messages that these consumers have not settled yet; None while the bus is away."""
    try:
        states = [await client.jsm().consumer_info(stream, name) for stream, name in consumers]
    except (nats.errors.Error, nats.js.errors.Error, OSError, TimeoutError):
        return None
    return sum((state.num_pending or 0) + (state.num_ack_pending or 0) for state in states)
