"""What the bus has taken for a consumer counts as under way, whatever the bus has counted for it so far."""

from nats.aio.client import Client

from ops.faults.settling import _is_behind
from ops.stack.nats import NatsServer
from tests import stack

FEED = "policy-ams"


async def test_what_is_stored_and_not_yet_counted_for_a_consumer_is_under_way(
    nats_server: NatsServer, ops_client: Client
) -> None:
    before = await ops_client.jsm().consumer_info("AMS", FEED)  # as the bus says it until it has counted
    assert not await _is_behind(ops_client, before)
    body = stack.cloud_event("policy", "P1", 1, {})
    for subject, behind in (("ams.oakhill.account", False), ("ams.oakhill.policy", True)):  # the first is not for it
        await ops_client.jetstream().publish(subject, body)
        assert await _is_behind(ops_client, before) is behind
    feed = await ops_client.jetstream().pull_subscribe_bind(FEED, stream="AMS")
    (message,) = await feed.fetch(1, timeout=25)
    await message.ack_sync()
    assert not await _is_behind(ops_client, await ops_client.jsm().consumer_info("AMS", FEED))
