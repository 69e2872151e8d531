"""Waits until nothing of a feed is under way any more: on the bus, in the services, and between them."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence

import asyncpg
import nats.errors
import nats.js.errors
from nats.aio.client import Client
from nats.js.api import ConsumerInfo

from contracts import ams
from contracts.identity.contacts import AccountsChanged
from contracts.policy.policies import PoliciesChanged
from contracts.streams import UNKNOWN_KINDS, durable, feed_durable
from ops.problem import Problem

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
GOING = "SELECT coalesce(sum(greatest(going - removed, 1)), 0)::bigint FROM held_removals WHERE state = 'removing'"
# what the driver says of a server that is killed while it is asked
AWAY = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)

Left = Callable[[], Awaitable[int | None]]  # what is under way yet; None while nobody can say


async def applied(client: Client, addresses: Sequence[str]) -> None:
    """Returns once the feed's consumers have settled all of it, and what snapshots did not name is removed.

    `addresses` are of the services' databases. Raises Problem when nothing moves any more.
    """
    await _until_nothing_moves(lambda: _unsettled(client, HEARING))
    await _until_nothing_moves(lambda: _in_databases(addresses, GOING))


async def removing(client: Client, addresses: Sequence[str]) -> int:
    """Returns once a snapshot's removals are under way, with how many are left; 0 where none was seen."""
    late = time.monotonic() + STUCK_AFTER
    while time.monotonic() < late:
        unsettled = await _unsettled(client, HEARING)
        left = await _in_databases(addresses, GOING)
        if left or (left == 0 and unsettled == 0):
            return left
        await asyncio.sleep(LOOK)
    return 0


async def told(client: Client, addresses: Sequence[str]) -> None:
    """Returns once these services have told all of it, and the others have heard that; raises Problem likewise."""
    await _until_nothing_moves(lambda: _in_databases(addresses, WAITING))
    await _until_nothing_moves(lambda: _unsettled(client, COPYING))


async def _until_nothing_moves(look: Left) -> None:
    least, since = None, time.monotonic()
    while True:
        left = await look()
        if left == 0:
            return
        if left is not None and (least is None or left < least):
            least, since = left, time.monotonic()
        if time.monotonic() - since > STUCK_AFTER:
            raise Problem(f"{left} messages have not moved for {STUCK_AFTER:.0f} s.")
        await asyncio.sleep(LOOK)


async def _unsettled(client: Client, consumers: Consumers) -> int | None:
    """Messages that these consumers have not settled yet; None while the bus is away."""
    try:
        states = [await client.jsm().consumer_info(stream, name) for stream, name in consumers]
        left = sum((state.num_pending or 0) + (state.num_ack_pending or 0) for state in states)
        return left or sum([await _is_behind(client, state) for state in states])
    except (nats.errors.Error, nats.js.errors.Error, OSError, TimeoutError):
        return None


async def _is_behind(client: Client, state: ConsumerInfo) -> bool:
    """Whether a consumer is to get more: the bus acknowledges a publication before it counts it for consumers."""
    subjects = state.config.filter_subjects or [state.config.filter_subject or ">"]
    newest = 0
    for subject in subjects:
        with contextlib.suppress(nats.js.errors.NotFoundError):
            newest = max(newest, (await client.jsm().get_last_msg(state.stream_name, subject)).seq or 0)
    return (state.delivered.stream_seq if state.delivered else 0) < newest


async def _in_databases(addresses: Sequence[str], count: str) -> int | None:
    """The sum of what these databases count; None while they are away."""
    total = 0
    for address in addresses:
        try:
            database = await asyncpg.connect(address)
            total += await database.fetchval(count)
            await database.close()
        except AWAY:
            return None
    return total
