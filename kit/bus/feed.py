"""The AMS feed: fetched in batches, one transaction per agency, each event applied, superseded or in quarantine."""

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from uuid import UUID

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from opentelemetry.trace import SpanKind

from contracts.streams import feed_durable
from kit import telemetry
from kit.database import Database, Transaction

from . import attempts, failures, replays, whole_events
from .failures import Delivery
from .feed_events import BadEvent, FeedEvent
from .portal_events import refuse
from .pulls import Pull

log = logging.getLogger(__name__)

HEARTBEAT = 5.0  # seconds between signs of life for what is in hand, well under the consumer's ack_wait


FindAgency = Callable[[Transaction, str], Awaitable[UUID | None]]
Apply = Callable[[Sequence[FeedEvent], Transaction], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Received:
    """A message of the feed and what was read in it: an event, or why it is none (BadEvent, or a fault of ours)."""

    delivery: Delivery
    event: FeedEvent | Exception


class FeedReader:
    """Reads a process's kinds of the AMS feed until it is stopped.

    While a batch is in the database, the next is read and checked; still one batch is applied after the other.
    """

    def __init__(
        self,
        process: str,
        client: Client,
        database: Database,
        apply: Apply,
        find_agency: FindAgency,
        batch: int = 500,
    ) -> None:
        self._process = process
        self._consumer = feed_durable(process)
        self._database = database
        self._apply = apply
        self._find_agency = find_agency
        self._pull = Pull(client, "AMS", self._consumer, batch)
        self._in_hand: list[list[Msg]] = []  # the batch that is applied, and the one that is read meanwhile
        self._stopping = False

    async def run(self) -> None:
        """Takes and applies until stop(); outages only delay it."""
        beat = asyncio.create_task(self._keep_alive())
        ahead = asyncio.create_task(self._receive())
        try:
            while True:
                batch = await ahead
                if self._stopping:
                    break
                ahead = asyncio.create_task(self._receive())
                await self._handle(batch)
                self._in_hand.pop(0)
            for received in batch:
                await _give_back(received.delivery, delay=None)
        finally:
            ahead.cancel()
            beat.cancel()
            await self._pull.close()

    def stop(self) -> None:
        """Lets run() end after the batch that it holds, or at once while it waits for one."""
        self._stopping = True
        self._pull.wake()

    async def _receive(self) -> list[Received]:
        """The next batch, read and checked; empty when told to stop."""
        batch: list[Received] = []
        while not batch and not self._stopping:
            try:
                messages = await self._pull.take()
            except Exception as error:  # whatever it is, the next message may come through
                ours = None if isinstance(error, nats.errors.Error | OSError) else error
                log.warning("feed: %s", type(error).__name__, exc_info=ours, extra={"consumer": self._consumer})
                await asyncio.sleep(1)
                continue
            if messages:
                self._in_hand.append(messages)
            for number, message in enumerate(messages):
                batch.append(_read(message, self._consumer))
                if number % 32 == 31:
                    await asyncio.sleep(0)  # requests are answered in between
        return batch

    async def _keep_alive(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT)
            for message in chain(*self._in_hand, self._pull.arrived):
                if not message._ackd:
                    with contextlib.suppress(Exception):  # the next sign of life may come through
                        await message.in_progress()

    async def _handle(self, batch: list[Received]) -> None:
        by_agency: dict[str, list[Received]] = defaultdict(list)
        for received in batch:
            by_agency[received.delivery.raw.subject.split(".")[1]].append(received)
        for slug, of_agency in by_agency.items():
            await self._handle_agency(slug, [one for one in of_agency if one.delivery.tries == 1])
            for received in of_agency:
                if received.delivery.tries > 1:
                    await self._handle_again(slug, received)

    async def _handle_again(self, slug: str, received: Received) -> None:
        """What came before is handled alone, so that one which ends its process takes no other with it."""
        try:
            async with attempts.watched(received.delivery, self._database):
                await self._handle_agency(slug, [received])
        except Exception as error:
            await self._settle_failed(slug, received.delivery, error)

    async def _handle_agency(self, slug: str, batch: list[Received]) -> None:
        good: list[tuple[Delivery, FeedEvent]] = []
        for received in batch:
            if isinstance(received.event, FeedEvent):
                good.append((received.delivery, received.event))
            else:
                await self._settle_failed(slug, received.delivery, received.event)
        if not good:
            return
        try:
            await self._apply_batch(slug, good)
        except Exception as error:
            if len(good) == 1 or failures.is_outage(error):
                for delivery, _ in good:
                    await self._settle_failed(slug, delivery, error)
                return
            ours = None if isinstance(error, BadEvent) else error  # of the AMS's faults there is nothing to trace
            log.warning("a batch failed, trying its events one by one", exc_info=ours)
            for one in good:
                try:
                    await self._apply_batch(slug, [one])
                except Exception as alone:
                    await self._settle_failed(slug, one[0], alone)

    async def _apply_batch(self, slug: str, parsed: list[tuple[Delivery, FeedEvent]]) -> None:
        parent = (parsed[0][0].raw.headers or {}).get(telemetry.TRACEPARENT)
        with telemetry.span(
            f"apply {self._consumer}", SpanKind.CONSUMER, parent, {"agency": slug, "events": len(parsed)}
        ):
            async with self._database.transaction(None) as transaction:
                agency = await self._find_agency(transaction, slug)
                if agency is None:
                    raise UnknownAgency(slug)
                await transaction.enter(agency)
                fresh = await failures.note_heard(
                    transaction, [delivery for delivery, _ in parsed], partial(refuse, slug)
                )
                events = [event for delivery, event in parsed if delivery.stream_sequence in fresh]
                if events:
                    await self._apply(events, transaction)
                if len(fresh) < len(parsed):
                    await replays.note_repeats([delivery for delivery, _ in parsed], fresh, transaction)
        for delivery, _ in parsed:
            await delivery.raw.ack()
        telemetry.MESSAGES.labels(self._consumer, "ok").inc(len(parsed))

    async def _settle_failed(self, slug: str, delivery: Delivery, error: Exception) -> None:
        bad = failures.verdict(delivery, error)
        if isinstance(error, UnknownAgency) and bad is not None:
            bad = BadEvent("unknown_agency", f"There is no agency {slug!r} here.")
        if bad is not None:
            try:
                async with self._database.transaction(None) as transaction:
                    await refuse(slug, transaction, delivery, bad)
                await delivery.raw.ack()
                telemetry.MESSAGES.labels(self._consumer, "quarantined").inc()
                return
            except Exception:
                log.exception("quarantine failed", extra={"consumer": self._consumer})
        telemetry.MESSAGES.labels(self._consumer, "retried").inc()
        log.warning("to be tried again", extra={"consumer": self._consumer, "problem": type(error).__name__})
        await _give_back(delivery, failures.delay(delivery.tries))


class UnknownAgency(Exception):
    """No agency has this slug; perhaps not yet, so it is tried again before it counts."""


def _read(message: Msg, consumer: str) -> Received:
    try:
        event = whole_events.read(message.subject, message.data, message.metadata.timestamp)
    except Exception as error:  # of ours, where it is no BadEvent: it is tried again before it counts
        return Received(Delivery(message, consumer), error)
    slug = message.subject.split(".")[1]
    # CloudEvents: source and id name an event; the agency is in front, so that no other one's can shadow it
    delivery = Delivery(message, consumer, f"{slug}:{event.source}:{event.id}")
    return Received(delivery, replays.marked(event, delivery))


async def _give_back(delivery: Delivery, delay: float | None) -> None:
    try:
        await delivery.raw.nak(delay=delay)
    except Exception:
        log.warning("not given back", extra={"consumer": delivery.consumer})
