"""The made-up policy service that hears the AMS feed, and what it kept of it."""

import json
from collections.abc import Sequence
from typing import Any

from nats.aio.client import Client

from kit.bus import FeedEvent, Service
from kit.database import Transaction
from tests.kit.messages import OAKHILL, RIVERSIDE, keep
from tests.logins import Logins
from tests.stack import eventually, unsettled

CARRIER = {"name": "Redwood Mutual"}
FEED = "policy-ams"
AGENCIES = {"oakhill": OAKHILL, "riverside": RIVERSIDE}


def reader(poison: str = "") -> Service:
    """policy, which keeps the id of each event and fails on one of them."""
    service = Service("policy")

    @service.syncs
    async def sync(events: Sequence[FeedEvent], transaction: Transaction) -> None:
        for event in events:
            if event.ams_id == poison:
                raise LookupError("a fault of the handler")
            await keep(event.ams_id, transaction)

    return service


async def send(client: Client, body: bytes, kind: str = "carrier", agency: str = "oakhill", **headers: str) -> None:
    await client.jetstream().publish(f"ams.{agency}.{kind}", body, headers=headers or None)


async def kept(book: Logins, agency: str = "oakhill") -> list[str]:
    rows = await book.fetch("SELECT what FROM things WHERE agency = $1 ORDER BY what", AGENCIES[agency])
    return [row["what"] for row in rows]


async def quarantined(book: Logins) -> list[Any]:
    return await book.fetch("SELECT * FROM quarantine ORDER BY stream_sequence, consumer")


async def settled(client: Client, durable: str = FEED) -> None:
    await eventually(lambda: unsettled(client, "AMS", durable), 0, within=20)


async def told(client: Client, agency: str = "oakhill") -> list[str]:
    """The codes of the refusals that wait for the agency's system."""
    state = (await client.jsm().stream_info("PORTAL")).state
    found = [await client.jsm().get_msg("PORTAL", number) for number in range(state.first_seq, state.last_seq + 1)]
    subject = f"portal.{agency}.event.refused"
    return [json.loads(one.data or b"")["data"]["code"] for one in found if one.subject == subject]
