"""The agency's own system on the bus: it publishes events under its login and waits until the bus has stored them."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import nats
from nats.aio.client import Client
from nats.js.api import PubAck

from .household import Event
from .portal import Portal


class AgencySystem:
    """The demo agency's system, with the login that `up` wrote for it."""

    def __init__(self, login: Mapping[str, str]) -> None:
        self._login = login
        self._client: Client | None = None
        self._connecting = asyncio.Lock()

    async def publish(self, *events: Event) -> None:
        """Publishes in this order and returns when all are stored."""
        await asyncio.gather(*(self.store(event) for event in events))

    async def store(self, event: Event) -> PubAck:
        """Publishes one event; raises what nats-py raises where nobody said that it is stored."""
        kind = event["type"].split(".")[1]
        stream = (await self._connected()).jetstream(timeout=2)
        return await stream.publish(f"ams.demo.{kind}", json.dumps(event).encode(), stream="AMS")

    async def _connected(self) -> Client:
        async with self._connecting:
            # nats-py closes for good when the bus refuses its login, as it does while nobody is there to check it
            if self._client is None or self._client.is_closed:
                self._client = await nats.connect(
                    self._login["PORTICO_NATS_URL"],
                    user=self._login["PORTICO_NATS_USER"],
                    password=self._login["PORTICO_NATS_PASSWORD"],
                    inbox_prefix=f"_INBOX_{self._login['PORTICO_NATS_USER']}".encode(),
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=0.2,
                    error_cb=_silent,
                )
            return self._client

    async def close(self) -> None:
        """Ends the connection."""
        if self._client is not None:
            await self._client.close()


@asynccontextmanager
async def connected(portal: Portal) -> AsyncIterator[AgencySystem]:
    """The system, connected once it says something."""
    system = AgencySystem(portal.login_of_system())
    try:
        yield system
    finally:
        await system.close()


async def _silent(_: Exception) -> None:
    pass
