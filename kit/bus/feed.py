"""The AMS feed: fetched in batches, one transaction per agency, each event applied, superseded or in quarantine."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

import nats.errors
import nats.js.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from opentelemetry.trace import SpanKind

from contracts.streams import feed_durable
from kit import telemetry
from kit.database import Database, Transaction

from . import attempts, failures
from .failures import Delivery
from .feed_events import BadEvent, FeedEvent, parse
from .portal_events import refuse

log = logging.getLogger(__name__)

HEARTBEAT = 15.0


FindAgency = Callable[[Transaction, str], Awaitable[UUID | None]]
Apply = Callable[[Sequence[FeedEvent], Transaction], Awaitable[None]]


class FeedReader:
    """Reads a process's kinds of the AMS feed until it is stopped."""

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
        self._client = client
        self._database = database
        self._apply = apply
        self._find_agency = find_agency
        self._batch = batch
        self._stopping = False
        self._fetching: asyncio.Future[list[Msg]] | None = None

    async def run(self) -> None:
        """Fetches and applies until stop(); outages only delay it."""
        subscription: JetStreamContext.PullSubscription | None = None
        while not self._stopping:
            try:
                if subscription is None:
                    stream = self._client.jetstream(timeout=5)
                    subscription = await stream.pull_subscribe_bind(self._consumer, stream="AMS")
                first = await self._waiting(subscription.fetch(1, timeout=2))
                messages = first + await _rest(subscription, self._batch - 1)
            except asyncio.CancelledError:
                if self._stopping:
                    return
                raise
            except (nats.errors.TimeoutError, TimeoutError):
                continue
            except (nats.errors.Error, nats.js.errors.APIError, OSError) as error:
                log.warning("feed: %s", type(error).__name__, extra={"consumer": self._consumer})
                await asyncio.sleep(1)
                continue
            await self._handle(messages)

    def stop(self) -> None:
        """Lets run() end after the batch that it holds, or at once while it waits for one."""
        self._stopping = True
        if self._fetching is not None:
            self._fetching.cancel()

    async def _waiting(self, fetch: Coroutine[Any, Any, list[Msg]]) -> list[Msg]:
        self._fetching = asyncio.ensure_future(fetch)
        try:
            return await self._fetching
        finally:
            self._fetching = None

    async def _handle(self, messages: list[Msg]) -> None:
        beat = asyncio.create_task(_heartbeat(messages))
        by_agency: dict[str, list[Delivery]] = defaultdict(list)
        for message in messages:
            by_agency[message.subject.split(".")[1]].append(Delivery(message, self._consumer))
        try:
            for slug, deliveries in by_agency.items():
                await self._handle_agency(slug, [delivery for delivery in deliveries if delivery.tries == 1])
                for delivery in deliveries:
                    if delivery.tries > 1:
                        await self._handle_again(slug, delivery)
        finally:
            beat.cancel()

    async def _handle_again(self, slug: str, delivery: Delivery) -> None:
        """What came before is handled alone, so that one which ends its process takes no other with it."""
        try:
            async with attempts.watched(delivery, self._database):
                await self._handle_agency(slug, [delivery])
        except Exception as error:
            await self._settle_failed(slug, delivery, error)

    async def _handle_agency(self, slug: str, deliveries: list[Delivery]) -> None:
        parsed: list[tuple[Delivery, FeedEvent]] = []
        for delivery in deliveries:
            try:
                event = parse(delivery.raw.subject, delivery.raw.data, delivery.stored_at)
                # CloudEvents: source and id name an event; the agency is in front, so that no other one's can shadow it
                parsed.append((replace(delivery, identity=f"{slug}:{event.source}:{event.id}"), event))
            except BadEvent as bad:
                await self._settle_failed(slug, delivery, bad)
        if not parsed:
            return
        try:
            await self._apply_batch(slug, parsed)
        except Exception as error:
            if len(parsed) == 1:
                await self._settle_failed(slug, parsed[0][0], error)
                return
            log.warning("a batch failed, trying its events one by one", exc_info=error)
            for one in parsed:
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
        try:
            await delivery.raw.nak(delay=failures.delay(delivery.tries))
        except nats.errors.Error:
            log.warning("not given back", extra={"consumer": self._consumer})


class UnknownAgency(Exception):
    """No agency has this slug; perhaps not yet, so it is tried again before it counts."""


async def _rest(subscription: "JetStreamContext.PullSubscription", most: int) -> list[Msg]:
    # a large fetch returns only once it is full or its time is over, so it comes after a fetch of one
    try:
        return await subscription.fetch(most, timeout=0.02) if most else []
    except (nats.errors.TimeoutError, TimeoutError):
        return []


async def _heartbeat(messages: list[Msg]) -> None:
    while True:
        await asyncio.sleep(HEARTBEAT)
        for message in messages:
            if not message._ackd:
                await message.in_progress()
