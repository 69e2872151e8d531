"""Pulls: the messages of a durable consumer, sent ahead by the bus and taken in batches."""

import asyncio
import json
import logging
import time

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

log = logging.getLogger(__name__)

EXPIRES = 5.0  # seconds that the bus keeps a request open; then it is made anew
LINGER = 0.003  # seconds for what is on its way together with the first message
LOOK = 0.5  # seconds between looks whether a request was lost with its connection
CLOSES_WITHIN = 2.0
PAUSE = 1.0  # seconds after the bus refused a request
STATUS = "Status"
ENDED = ("404", "408")  # nothing there; nothing more within its time


class Pull:
    """A batch is taken while the next is on its way: one request to the bus is open whenever fewer have arrived."""

    def __init__(self, client: Client, stream: str, durable: str, batch: int) -> None:
        self._client = client
        self._subject = f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}"
        self._batch = batch
        self._subscription: Subscription | None = None
        self._inbox = ""
        self._arrived: list[Msg] = []
        self._news = asyncio.Event()
        self._open = 0  # messages that the open request may still bring
        self._over_at = 0.0
        self._connected = 0
        self._refused_until = 0.0

    @property
    def arrived(self) -> list[Msg]:
        """What waits to be taken."""
        return self._arrived

    async def take(self) -> list[Msg]:
        """What has arrived, a batch at most; waits for the first message, and gives an empty list once in a while."""
        await self._ask()
        if not self._arrived:
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), LOOK)
            except TimeoutError:
                return []
        seen = 0
        while seen < len(self._arrived) < self._batch:
            seen = len(self._arrived)
            await asyncio.sleep(LINGER)
        taken, self._arrived = self._arrived[: self._batch], self._arrived[self._batch :]
        await self._ask()
        return taken

    def wake(self) -> None:
        """Lets take() return at once."""
        self._news.set()

    async def close(self) -> None:
        """Ends the subscription and gives back what nobody has taken, so that it need not be waited for."""
        if not self._client.is_connected:
            return  # what would be said now stays behind in the client
        try:
            if self._subscription is not None:  # what is on its way still arrives
                await asyncio.wait_for(self._subscription.drain(), CLOSES_WITHIN)  # type: ignore[no-untyped-call]
            for message in self._arrived:
                await message.nak()
        except Exception as error:
            log.warning("not given back: %s", type(error).__name__)

    async def _ask(self) -> None:
        if not self._client.is_connected:
            return
        now = time.monotonic()
        lost = now > self._over_at or self._client.stats["reconnects"] != self._connected
        if len(self._arrived) >= self._batch or (self._open > 0 and not lost) or now < self._refused_until:
            return
        if self._subscription is None:
            self._inbox = self._client.new_inbox()
            self._subscription = await self._client.subscribe(self._inbox, cb=self._receive)
        self._open = self._batch
        self._over_at = now + EXPIRES + 1
        self._connected = self._client.stats["reconnects"]
        wish = {"batch": self._batch, "expires": int(EXPIRES * 1e9)}
        await self._client.publish(self._subject, json.dumps(wish).encode(), reply=self._inbox)

    async def _receive(self, message: Msg) -> None:
        if message.reply:  # only what is to be acknowledged has one; whatever its publisher put into its headers
            self._open -= 1
            self._arrived.append(message)
        else:
            self._open = 0
            status = (message.headers or {}).get(STATUS)
            if status not in ENDED:
                log.warning("the bus refused a pull", extra={"subject": self._subject, "status": status})
                self._refused_until = time.monotonic() + PAUSE
                return
        self._news.set()
