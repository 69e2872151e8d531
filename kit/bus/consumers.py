"""Jobs and events: FastStream subscribers on JetStream whose acknowledging, retrying and quarantine are ours."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from faststream.nats import JStream, NatsBroker, PullSub
from faststream.nats.message import NatsMessage
from nats.aio.msg import Msg
from opentelemetry.trace import SpanKind
from pydantic import ValidationError

from contracts.kinds import Event, Job, Message
from contracts.streams import STREAM_OF_KIND, durable
from kit import telemetry
from kit.settings import ProcessSettings

from . import attempts, failures, sentences
from .bad_message import BadMessage
from .call import Bus, Call
from .connection import inbox_prefix
from .failures import Delivery
from .service import Does, Hears, Service

log = logging.getLogger(__name__)

WORKERS = 8  # messages of one consumer handled side by side
HEARTBEAT = 5.0  # seconds between signs of life for a slow handler, well under every ack_wait

Handle = Callable[[Delivery], Awaitable[None]]
M = TypeVar("M", bound=Message)


def subscribe(broker: NatsBroker, service: Service, bus: Bus, settings: ProcessSettings) -> None:
    """Registers a subscriber for each job and event of the service; the broker starts them."""
    for job, does in service.done.items():
        _subscriber(broker, service, settings, bus, job, _doing(job, does, bus))
    for event, hears in service.heard.items():
        _subscriber(broker, service, settings, bus, event, _hearing(event, hears, bus))


def _subscriber(
    broker: NatsBroker, service: Service, settings: ProcessSettings, bus: Bus, message: type[Message], handle: Handle
) -> None:
    consumer = durable(service.name, message.subject)

    async def consume(received: NatsMessage) -> None:
        raw = received.raw_message
        assert isinstance(raw, Msg)
        await settle(Delivery(raw, consumer), handle, bus)

    # one message a fetch: nats-py's larger fetches wait for a full batch before they return the first message
    broker.subscriber(
        message.subject,
        durable=consumer,
        stream=JStream(STREAM_OF_KIND[message.kind], declare=False),
        pull_sub=PullSub(batch_size=1, timeout=2),
        max_workers=WORKERS,
        decoder=_undecoded,
        inbox_prefix=f"{inbox_prefix(settings.nats_user)}.".encode(),
    )(consume)


async def _undecoded(message: NatsMessage) -> NatsMessage:
    # FastStream would hand over the decoded body; we need the message, and check the body ourselves
    return message


async def settle(delivery: Delivery, handle: Handle, bus: Bus) -> None:
    """Handles one message and settles it: acknowledged, given back with a delay, or in quarantine."""
    raw = delivery.raw
    beat = asyncio.create_task(_heartbeat(raw))
    outcome = "ok"
    try:
        with telemetry.span(
            f"consume {raw.subject}", SpanKind.CONSUMER, (raw.headers or {}).get(telemetry.TRACEPARENT)
        ):
            async with attempts.watched(delivery, bus.database):
                await handle(delivery)
        await raw.ack_sync(timeout=5)
    except Exception as error:
        outcome = await _settle_failed(delivery, error, bus)
    finally:
        beat.cancel()
        telemetry.MESSAGES.labels(delivery.consumer, outcome).inc()


async def _settle_failed(delivery: Delivery, error: Exception, bus: Bus) -> str:
    bad = failures.verdict(delivery, error)
    if bad is not None:
        try:
            async with bus.database.transaction(None) as transaction:
                await failures.quarantine(transaction, delivery, bad)
            await delivery.raw.ack()
            return "quarantined"
        except Exception:
            log.exception("quarantine failed", extra={"consumer": delivery.consumer})
    wait = failures.delay(delivery.tries)
    log.warning(
        "to be tried again",
        extra={"consumer": delivery.consumer, "tries": delivery.tries, "wait": wait, "problem": type(error).__name__},
        exc_info=error,
    )
    try:
        await delivery.raw.nak(delay=wait)
    except Exception:
        log.warning("not given back", extra={"consumer": delivery.consumer})
    return "retried"


def _doing(job: type[Job], does: Does, bus: Bus) -> Handle:
    async def handle(delivery: Delivery) -> None:
        await does(_parse(job, delivery), Call(bus))

    return handle


def _hearing(event: type[Event], hears: Hears, bus: Bus) -> Handle:
    async def handle(delivery: Delivery) -> None:
        heard = _parse(event, delivery)
        async with bus.database.transaction(heard.agency) as transaction:
            if await failures.note_heard(transaction, [delivery]):
                await hears(heard, transaction)

    return handle


def _parse(message: type[M], delivery: Delivery) -> M:
    try:
        return message.model_validate_json(delivery.raw.data)
    except ValidationError as error:
        pointer, problem = sentences.first_problem(error)
        raise BadMessage("schema", problem, pointer) from None


async def _heartbeat(raw: Msg) -> None:
    while True:
        await asyncio.sleep(HEARTBEAT)
        with contextlib.suppress(Exception):  # the next sign of life may come through
            await raw.in_progress()
