"""The agency's own system: it publishes events on the bus until they are stored, and asks over HTTP what is known."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx
import nats
from nats.aio.client import Client
from nats.js.api import PubAck

from .household import Event
from .portal import Portal, until


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


async def token(portal: Portal, client: httpx.AsyncClient) -> str:
    """An access token for what the agency's staff may do, by the login that `up` wrote."""
    login = portal.login_of_system()
    asked = {"grant_type": "client_credentials", "scope": "agency:admin"}
    secret = login["PORTICO_CLIENT_ID"], login["PORTICO_CLIENT_SECRET"]
    answer = await client.post("/oauth/token", data=asked, auth=secret)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


async def whole(desk: httpx.AsyncClient, email: str, contacts: int) -> None:
    """Returns once an account that was just told of is shown with so many contacts and the vehicles of its policy.

    Each service applies the feed at its own pace: who can sign in already may have no policy yet.
    """

    async def shown() -> bool:
        for account in (await desk.get("/api/v1/demo/accounts", params={"q": email})).json()["items"]:
            record = (await desk.get(f"/api/v1/demo/accounts/{account['id']}")).json()
            known = [contact["id"] for contact in record["contacts"]]
            if len(known) < contacts:
                continue
            cards = await desk.get(f"/api/v1/demo/contacts/{known[0]}/id-cards")
            if cards.status_code == 200 and cards.json()["items"]:
                return True
        return False

    await until(shown)


async def _silent(_: Exception) -> None:
    pass
