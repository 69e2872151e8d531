"""The streams and durable consumers of the bus: made and mended by one step, only checked by everyone else."""

from dataclasses import dataclass

from nats.aio.client import Client
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DeliverPolicy,
    DiscardPolicy,
    RetentionPolicy,
    StorageType,
    StreamConfig,
)
from nats.js.errors import NotFoundError
from nats.js.manager import JetStreamManager

from contracts.streams import STREAMS, UNKNOWN_KINDS, Consumer, Stream, ams_durable, consumers


@dataclass(frozen=True)
class Mismatch(Exception):
    """A stream or consumer on the server is not as the table says; `what` names it and the difference."""

    what: str

    def __str__(self) -> str:
        return self.what


async def apply_streams(client: Client) -> None:
    """Makes every stream and consumer as the table says; changes what differs, deletes nothing. Safe to repeat."""
    manager = client.jsm()
    for stream in STREAMS:
        config = stream_config(stream)
        try:
            await manager.stream_info(stream.name)
            await manager.update_stream(config)
        except NotFoundError:
            await manager.add_stream(config)
    for consumer in consumers():
        await manager.add_consumer(consumer.stream, config=consumer_config(consumer))


async def apply_ams_consumer(client: Client, agency: str) -> None:
    """Makes the durable consumer by which an agency's system hears its portal events."""
    await client.jsm().add_consumer(
        "PORTAL",
        config=ConsumerConfig(
            durable_name=ams_durable(agency),
            filter_subjects=[f"portal.{agency}.>"],
            deliver_policy=DeliverPolicy.ALL,
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=60,
            max_ack_pending=1000,
        ),
    )


async def check_consumers(client: Client, process: str) -> None:
    """Raises Mismatch unless every consumer of this process is on the server as the table says."""
    manager = client.jsm()
    for consumer in consumers():
        if consumer.process == process:
            await _check(manager, consumer)


async def _check(manager: JetStreamManager, consumer: Consumer) -> None:
    try:
        live = (await manager.consumer_info(consumer.stream, consumer.durable)).config
    except NotFoundError:
        raise Mismatch(
            f"consumer {consumer.durable} is missing on {consumer.stream}: run `./portico migrate`"
        ) from None
    wanted = consumer_config(consumer)
    subjects = set(live.filter_subjects or [live.filter_subject])
    found = {
        "subjects": (subjects, set(wanted.filter_subjects or [])),
        "ack_policy": (live.ack_policy, wanted.ack_policy),
        "ack_wait": (live.ack_wait, wanted.ack_wait),
        "max_deliver": (live.max_deliver, wanted.max_deliver),
        "max_ack_pending": (live.max_ack_pending, wanted.max_ack_pending),
    }
    wrong = [f"{name} is {there!r}, not {here!r}" for name, (there, here) in found.items() if there != here]
    if wrong:
        raise Mismatch(f"consumer {consumer.durable}: {', '.join(wrong)}: run `./portico migrate`")


def stream_config(stream: Stream) -> StreamConfig:
    """The stream as JetStream wants it: limits retention, and a full stream refuses rather than forgets."""
    return StreamConfig(
        name=stream.name,
        subjects=list(stream.subjects),
        retention=RetentionPolicy.LIMITS,
        discard=DiscardPolicy.NEW,
        max_age=stream.max_age,
        max_bytes=stream.max_bytes,
        max_msg_size=stream.max_message,
        storage=StorageType.MEMORY if stream.memory else StorageType.FILE,
        duplicate_window=stream.duplicate_window,
        num_replicas=1,
    )


def consumer_config(consumer: Consumer) -> ConsumerConfig:
    """The consumer as JetStream wants it.

    JetStream never gives up by itself (max_deliver -1): a message that it gave up on would only be named in an
    advisory. Our own count decides, and puts the message into quarantine.
    """
    return ConsumerConfig(
        durable_name=consumer.durable,
        filter_subjects=list(consumer.subjects),
        deliver_policy=DeliverPolicy.ALL,
        ack_policy=AckPolicy.EXPLICIT,
        headers_only=True if consumer.durable == UNKNOWN_KINDS else None,
        ack_wait=consumer.ack_wait,
        max_deliver=-1,
        max_ack_pending=consumer.max_ack_pending,
    )
