"""What the portal tells agencies' systems is heard by our own service too, until it is kept."""

import json
from collections import Counter
from collections.abc import Sequence

import nats.errors
from nats.aio.msg import Msg

from contracts.streams import WEBHOOKS
from kit.bus import Service
from kit.bus.portal_reader import PortalMessage
from kit.database import Transaction
from tests.kit.book import kept
from tests.kit.messages import keep
from tests.stack import eventually, running, settings_for, unsettled


async def test_an_acknowledgement_that_fails_ends_no_reader(
    nats_server, ops_client, book, no_waiting, monkeypatch
) -> None:
    """Of three events the second is not acknowledged: it comes again, and what follows is heard."""
    service = Service("policy")

    @service.overhears
    async def hear(events: Sequence[PortalMessage], transaction: Transaction) -> None:
        for event in events:
            await keep(event.id, transaction)

    acknowledge, failing = Msg.ack, ["E-2"]

    async def lost(message: Msg) -> None:
        if failing and json.loads(message.data)["id"] == failing[0]:
            failing.pop()
            raise nats.errors.ConnectionClosedError
        await acknowledge(message)

    monkeypatch.setattr(Msg, "ack", lost)

    async def tell(event: str) -> None:
        await ops_client.jetstream().publish("portal.oakhill.payment.added", json.dumps({"id": event}).encode())

    async def heard() -> bool:
        return await unsettled(ops_client, "PORTAL", WEBHOOKS) == 0

    for number in (1, 2, 3):
        await tell(f"E-{number}")
    async with running(service, settings_for(nats_server, book)):
        await eventually(heard)
        assert not failing
        await tell("E-4")
        await eventually(heard)
    heard_of = Counter(await kept(book))
    assert heard_of.pop("E-3") in (1, 2)  # it comes again with the second where one batch had both
    assert heard_of == {"E-1": 1, "E-2": 2, "E-4": 1}
