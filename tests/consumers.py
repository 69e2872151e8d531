"""How far consumers of the bus have come."""

import contextlib

from nats.aio.client import Client
from nats.js.api import ConsumerConfig
from nats.js.errors import NotFoundError


async def unsettled(client: Client, stream: str, durable: str) -> int:
    """How many messages a consumer has not acknowledged yet.

    The server acknowledges a publication before it counts it for consumers: one that it has not counted yet counts.
    """
    info = await client.jsm().consumer_info(stream, durable)
    pending, delivered = info.num_pending or 0, info.delivered.stream_seq if info.delivered else 0
    uncounted = not pending and delivered < await _last_for(client, stream, info.config)
    return pending + (info.num_ack_pending or 0) + uncounted


async def _last_for(client: Client, stream: str, consumer: ConsumerConfig) -> int:
    """The number of the newest message that a consumer is to get; 0 where there is none."""
    subjects = consumer.filter_subjects or [consumer.filter_subject or ">"]
    last = 0
    for subject in subjects:
        with contextlib.suppress(NotFoundError):
            last = max(last, (await client.jsm().get_last_msg(stream, subject)).seq or 0)
    return last


async def settled(client: Client, stream: str, durable: str, sequence: int) -> bool:
    """Whether a consumer has acknowledged all of its own up to this number of the stream's.

    Unlike what it has left, this is never wrong for the moment in which the consumer does not know of a message yet.
    """
    floor = (await client.jsm().consumer_info(stream, durable)).ack_floor
    return floor is not None and floor.stream_seq >= sequence
