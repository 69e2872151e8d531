"""One agency's system cannot take another's events away, by whatever ids it uses; nor can a stream that began again."""

import pytest

from kit.bus import feed
from kit.bus.failures import Delivery
from tests import stack
from tests.kit.book import CARRIER, kept, quarantined, reader, send, settled
from tests.kit.repeats import forgotten
from tests.stack import change_stream, cloud_event, running, settings_for


@pytest.mark.parametrize("without", ["nothing", "agency-in-the-inbox", "short-window"])
async def test_same_ids_of_two_agencies_are_two_events(nats_server, ops_client, book, monkeypatch, without) -> None:
    if without == "agency-in-the-inbox":
        monkeypatch.setattr(feed, "Delivery", lambda raw, consumer, identity="": Delivery(raw, consumer))
    if without == "short-window":
        await change_stream(ops_client, "AMS", duplicate_window=120)
    body = cloud_event("carrier", "C", 1, CARRIER, id="1")
    for agency in ("oakhill", "riverside"):
        await send(ops_client, body, agency=agency, **{"Nats-Msg-Id": "/ams/1"})
        if without != "short-window":
            await forgotten(ops_client, "ams.oakhill.boat")
    async with running(reader(), settings_for(nats_server, book)):
        await settled(ops_client)
    both = [await kept(book, "oakhill"), await kept(book, "riverside")]
    assert both == ([["C"], ["C"]] if without == "nothing" else [["C"], []])


async def test_poison_of_a_stream_that_was_lost_and_began_again_is_kept_too(servers_folder, book, made_up) -> None:
    async with stack.own_bus(servers_folder, "oakhill") as bus:
        client = await stack.connect(bus.server)
        for body in (b"{", b"[]"):
            async with running(reader(), settings_for(bus.server, book)):
                await send(client, body)
                await settled(client)
            await client.jsm().delete_stream("AMS")
            await stack.apply_streams(client)
        await client.close()
    rows = await quarantined(book)
    assert [row["stream_sequence"] for row in rows if row["consumer"] == "policy-ams"] == [1, 1]
    assert {row["body"] for row in rows} == {b"{", b"[]"}
