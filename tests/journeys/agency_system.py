"""The agency's own system on the bus: it publishes events under its login and waits until the bus has stored them."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import nats
from nats.aio.client import Client
from nats.js.api import PubAck

from .household import Event
from .portal import Portal


class AgencySystem:
    """The demo agency's system."""

    def __init__(self, client: Client) -> None:
        self._stream = client.jetstream(timeout=2)

    async def publish(self, *events: Event) -> None:
        """Publishes in this order and returns when all are stored."""
        await asyncio.gather(*(self.store(event) for event in events))

    async def store(self, event: Event) -> PubAck:
        """Publishes one event; raises what nats-py raises where nobody said that it is stored."""
        kind = event["type"].split(".")[1]
        return await self._stream.publish(f"ams.demo.{kind}", json.dumps(event).encode(), stream="AMS")


@asynccontextmanager
async def connected(portal: Portal) -> AsyncIterator[AgencySystem]:
    """The system's connection with the login that `up` wrote for it."""
    login = portal.login_of_system()

    async def silent(_: Exception) -> None:
        pass

    client = await nats.connect(
        login["PORTICO_NATS_URL"],
        user=login["PORTICO_NATS_USER"],
        password=login["PORTICO_NATS_PASSWORD"],
        inbox_prefix=f"_INBOX_{login['PORTICO_NATS_USER']}".encode(),
        max_reconnect_attempts=-1,
        reconnect_time_wait=0.2,
        error_cb=silent,
    )
    try:
        yield AgencySystem(client)
    finally:
        await client.close()
