"""What the portal tells agencies' systems, heard by one of our own services: in batches, a transaction per agency."""

import asyncio
import contextlib
import json
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext

from kit.database import Database, Transaction

from . import failures
from .bad_message import BadMessage
from .failures import Delivery

log = logging.getLogger(__name__)

BATCH = 200


@dataclass(frozen=True)
class PortalMessage:
    """A portal event as it is on the bus: its CloudEvents id, what happened, when the bus stored it, its bytes."""

    id: str
    what: str
    stored_at: datetime
    body: bytes


Overhears = Callable[[Sequence[PortalMessage], Transaction], Awaitable[None]]
FindAgency = Callable[[Transaction, str], Awaitable[UUID | None]]


class PortalReader:
    """Reads a durable consumer of the stream PORTAL until it is stopped; a message comes again until it is kept."""

    def __init__(
        self, consumer: str, client: Client, database: Database, overhears: Overhears, find_agency: FindAgency
    ) -> None:
        self._consumer = consumer
        self._client = client
        self._database = database
        self._overhears = overhears
        self._find_agency = find_agency
        self._stopping = False
        self._fetching: asyncio.Future[list[Msg]] | None = None

    def stop(self) -> None:
        """Lets run() end after the batch that it holds, or at once while it waits for one."""
        self._stopping = True
        if self._fetching is not None:
            self._fetching.cancel()

    async def run(self) -> None:
        """Reads until stop(); outages only delay it."""
        subscription: JetStreamContext.PullSubscription | None = None
        while not self._stopping:
            try:
                if subscription is None:
                    stream = self._client.jetstream(timeout=5)
                    subscription = await stream.pull_subscribe_bind(self._consumer, stream="PORTAL")
                self._fetching = asyncio.ensure_future(subscription.fetch(1, timeout=2))
                messages = await self._fetching
                self._fetching = None
                messages += await _rest(subscription)
            except asyncio.CancelledError:
                if self._stopping:
                    return
                raise
            except (nats.errors.TimeoutError, TimeoutError):
                continue
            except Exception as error:  # whatever it is, the next message may come through
                ours = None if isinstance(error, nats.errors.Error | OSError) else error
                log.warning("portal events: %s", type(error).__name__, exc_info=ours)
                await asyncio.sleep(1)
                continue
            await self._handle(messages)

    async def _handle(self, messages: list[Msg]) -> None:
        by_agency: dict[str, list[Msg]] = defaultdict(list)
        for message in messages:
            by_agency[message.subject.split(".")[1]].append(message)
        for slug, of_agency in by_agency.items():
            try:
                await self._keep(slug, of_agency)
            except Exception as error:
                log.warning("portal events are tried again", exc_info=error, extra={"agency": slug})
                for message in of_agency:
                    with contextlib.suppress(Exception):  # away, or acknowledged before the rest failed
                        await message.nak(delay=failures.delay(Delivery(message, self._consumer).tries))

    async def _keep(self, slug: str, messages: list[Msg]) -> None:
        async with self._database.transaction(None) as transaction:
            agency = await self._find_agency(transaction, slug)
            known = []
            for message in messages:
                delivery = Delivery(message, self._consumer)
                try:
                    known.append(_parse(delivery))
                except BadMessage as bad:
                    await failures.quarantine(transaction, delivery, bad, slug)
            if agency is not None and known:
                await transaction.enter(agency)
                await self._overhears(known, transaction)
        for message in messages:
            await message.ack()


def _parse(delivery: Delivery) -> PortalMessage:
    subject = delivery.raw.subject.split(".", 2)
    try:
        name = json.loads(delivery.raw.data)["id"]
    except (ValueError, RecursionError, TypeError, KeyError):
        raise BadMessage("envelope", "A portal event without an id.", "/id") from None
    if len(subject) < 3 or not isinstance(name, str) or not 0 < len(name) <= 200:
        raise BadMessage("envelope", "A portal event without an id.", "/id")
    return PortalMessage(name, subject[2], delivery.stored_at, delivery.raw.data)


async def _rest(subscription: "JetStreamContext.PullSubscription") -> list[Msg]:
    # a large fetch returns only once it is full or its time is over, so it comes after a fetch of one
    try:
        return await subscription.fetch(BATCH - 1, timeout=0.02)
    except (nats.errors.TimeoutError, TimeoutError):
        return []
