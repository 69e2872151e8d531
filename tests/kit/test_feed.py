"""The AMS feed: each event applied once and for its own agency, whatever is beside it and whatever goes away."""

import asyncio
import contextlib
import itertools
from collections.abc import Sequence

import nats.errors
import nats.js.errors
import pytest
from nats.aio.msg import Msg
from prometheus_client import REGISTRY

from kit.bus import FeedEvent, Service, failures, pulls
from kit.bus.connection import flush
from kit.bus.failures import Delivery
from kit.bus.feed import FeedReader, Received
from kit.bus.pulls import Pull
from kit.database import Transaction
from kit.ids import new_id
from tests import stack
from tests.kit.book import CARRIER, FEED, kept, quarantined, reader, send, settled, told
from tests.kit.messages import keep
from tests.kit.repeats import forgotten
from tests.stack import cloud_event, eventually, running, settings_for, unsettled


async def test_events_are_applied_for_their_own_agency(nats_server, ops_client, book, oakhill) -> None:
    await send(oakhill, cloud_event("carrier", "C-1", 1, CARRIER))
    await send(ops_client, cloud_event("carrier", "C-2", 1, CARRIER), agency="riverside")
    await send(oakhill, cloud_event("carrier", "C-3", 1, None))
    async with running(reader(), settings_for(nats_server, book)):
        await settled(ops_client)
    assert await kept(book) == ["C-1", "C-3"]
    assert await kept(book, "riverside") == ["C-2"]


@pytest.mark.parametrize("protected", [True, False], ids=["portico", "no-inbox"])
@pytest.mark.parametrize("again_after", [0.0, 0.3], ids=["at-once", "after-the-window"])
async def test_an_event_that_is_sent_again_is_applied_once(
    nats_server, ops_client, book, oakhill, monkeypatch, again_after, protected
) -> None:
    if not protected:
        monkeypatch.setattr(failures, "note_heard", _all_are_new)
    body = cloud_event("carrier", "C-1", 1, CARRIER)
    async with running(reader(), settings_for(nats_server, book)):
        await send(oakhill, body, **{"Nats-Msg-Id": str(new_id())})  # the bus still knows the last test's for a moment
        await settled(ops_client)
        await asyncio.sleep(again_after)
        await send(oakhill, body, **{"Nats-Msg-Id": str(new_id())})
        await settled(ops_client)
    assert await kept(book) == ["C-1"] * (1 if protected else 2)
    assert await quarantined(book) == []


async def _all_are_new(transaction: Transaction, deliveries: list[Delivery], *_: object) -> set[int]:
    """What a consumer without an inbox knows."""
    return {delivery.stream_sequence for delivery in deliveries}


@pytest.mark.parametrize("together", [True, False], ids=["one-batch", "two-batches"])
async def test_an_id_that_comes_with_another_body_is_an_alarm(
    nats_server, ops_client, book, oakhill, together, caplog
) -> None:
    before = _alarms()
    first = cloud_event("carrier", "C-1", 1, CARRIER, id="E-1")
    other = cloud_event("carrier", "C-2", 1, CARRIER, id="E-1")
    await send(oakhill, first)
    if together:
        await send(oakhill, other)
    async with running(reader(), settings_for(nats_server, book)):
        await settled(ops_client)
        if not together:
            await send(oakhill, other)
            await settled(ops_client)
    assert await kept(book) == ["C-1"]
    (row,) = await quarantined(book)
    assert (row["code"], row["pointer"], row["body"]) == ("id_reused", "/id", other)
    assert row["agency"] == "oakhill"
    assert await told(ops_client) == ["id_reused"]
    assert _alarms() == before + 1
    assert [line.code for line in caplog.records if line.getMessage() == "quarantined"] == ["id_reused"]


def _alarms() -> float:
    return REGISTRY.get_sample_value("portico_quarantined_total", {"consumer": FEED, "code": "id_reused"}) or 0.0


@pytest.mark.parametrize("protected", [True, False], ids=["portico", "kept"])
async def test_a_process_that_stops_gives_back_what_it_fetched_ahead(
    nats_server, ops_client, book, oakhill, monkeypatch, protected
) -> None:
    if not protected:
        monkeypatch.setattr(Pull, "close", _forget)
        monkeypatch.setattr("kit.bus.feed._give_back", _forget)
    names = [f"C-{number:02}" for number in range(40)]
    for name in names:
        await send(oakhill, cloud_event("carrier", name, 1, CARRIER))
    monkeypatch.setattr(pulls, "CLOSES_WITHIN", 20.0)
    begun = asyncio.Event()
    service = Service("policy")

    async def fetched_ahead() -> bool:
        return ((await ops_client.jsm().consumer_info("AMS", FEED)).num_ack_pending or 0) > 10

    @service.syncs
    async def sync(events: Sequence[FeedEvent], transaction: Transaction) -> None:
        begun.set()
        await eventually(fetched_ahead)
        for event in events:
            await keep(event.ams_id, transaction)

    async with running(service, settings_for(nats_server, book, feed_batch=10)):
        await asyncio.wait_for(begun.wait(), 25)
    done = await kept(book)
    assert 0 < len(done) < 40
    next_one = await ops_client.jetstream().pull_subscribe_bind(FEED, stream="AMS")
    there: list[Msg] = []
    with contextlib.suppress(TimeoutError):  # it may have fetched all of them ahead
        # far less than the bus waits for somebody who is dead
        there = await next_one.fetch(40 - len(done), timeout=30 if protected else 1)
    assert (len(there) == 40 - len(done)) is protected, len(there)
    for message in there:
        await message.ack()
    await next_one.unsubscribe()


async def _forget(*_: object, **__: object) -> None:
    """Whoever is not told waits until the bus believes that the process is dead."""


async def test_a_refused_event_that_comes_again_is_told_once(
    nats_server, ops_client, book, oakhill, monkeypatch
) -> None:
    """Its acknowledgement was lost after the commit."""
    acknowledge = Msg.ack
    lost = [OSError("the bus is away")]

    async def lose_first(message: Msg) -> None:
        if lost:
            raise lost.pop()
        await acknowledge(message)

    monkeypatch.setattr(Msg, "ack", lose_first)
    await send(oakhill, b"{}")
    async with running(reader(), settings_for(nats_server, book)):
        await settled(ops_client)
    assert lost == []
    assert len(await quarantined(book)) == 1
    assert await told(ops_client) == ["envelope"]


async def test_two_agencies_may_use_the_same_ids(nats_server, ops_client, book) -> None:
    for agency in ("oakhill", "riverside"):
        await send(
            ops_client, cloud_event("carrier", agency, 1, CARRIER, id="E-1"), agency=agency, **{"Nats-Msg-Id": "1"}
        )
        await forgotten(ops_client, "ams.oakhill.boat")
    async with running(reader(), settings_for(nats_server, book)):
        await settled(ops_client)
    assert await kept(book) == ["oakhill"]
    assert await kept(book, "riverside") == ["riverside"]
    assert await quarantined(book) == []


class OneForAll(FeedReader):
    """The negative control: a batch is applied or given back as a whole."""

    async def _handle(self, batch: list[Received]) -> None:
        events = [(one.delivery, one.event) for one in batch if isinstance(one.event, FeedEvent)]
        try:
            await self._apply_batch("oakhill", events)
        except LookupError:
            for delivery, _ in events:
                await delivery.raw.nak(delay=0.05)


@pytest.mark.parametrize("protected", [True, False], ids=["portico", "all-or-nothing"])
async def test_a_fault_at_one_event_does_not_stop_its_neighbours(
    nats_server, ops_client, book, oakhill, no_waiting, monkeypatch, protected
) -> None:
    if not protected:
        monkeypatch.setattr("kit.answering.FeedReader", OneForAll)
    for number in range(20):
        await send(oakhill, cloud_event("carrier", f"C-{number:02}", 1, CARRIER))
    async with running(reader(poison="C-07"), settings_for(nats_server, book)):
        if not protected:
            await asyncio.sleep(0.5)
            assert len(await kept(book)) < 19
            return
        await settled(ops_client)
    assert await kept(book) == [f"C-{number:02}" for number in range(20) if number != 7]
    (row,) = await quarantined(book)
    assert (row["code"], row["deliveries"]) == ("handler_failed", failures.TRIES)


async def test_an_agency_that_nobody_knows_is_waited_for_and_then_named(
    nats_server, ops_client, book, no_waiting
) -> None:
    await send(ops_client, cloud_event("carrier", "C-1", 1, CARRIER), agency="nowhere")
    async with running(reader(), settings_for(nats_server, book)):
        await settled(ops_client)
    (row,) = await quarantined(book)
    assert (row["code"], row["agency"], row["deliveries"]) == ("unknown_agency", "nowhere", failures.TRIES)


async def test_an_outage_of_the_database_delays_and_loses_nothing(
    nats_server, ops_client, book, oakhill, no_waiting, monkeypatch
) -> None:
    failing = [ConnectionRefusedError("away")] * 9
    service = Service("policy")

    @service.syncs
    async def sync(events: Sequence[FeedEvent], transaction: Transaction) -> None:
        if failing:
            raise failing.pop()
        for event in events:
            await keep(event.ams_id, transaction)

    await send(oakhill, cloud_event("carrier", "C-1", 1, CARRIER))
    async with running(service, settings_for(nats_server, book)):
        await settled(ops_client)
    assert await kept(book) == ["C-1"]
    assert await quarantined(book) == []


@pytest.mark.parametrize("protected", [True, False], ids=["acknowledged-publish", "fire-and-forget"])
async def test_nothing_is_lost_when_the_bus_is_killed_in_the_middle(
    servers_folder, book, monkeypatch, protected
) -> None:
    """800 events; what the bus had not acknowledged when it was killed is published again."""
    monkeypatch.setattr("kit.answering.check_consumers", stack.unchecked)
    monkeypatch.setattr("kit.bus.feed.HEARTBEAT", 0.3)  # well under the ack_wait of this test
    names = [f"C-{number:04}" for number in range(800)]  # it writes each to the disk before the next
    limit = asyncio.Semaphore(200)
    applied = asyncio.Event()
    service = Service("policy")

    @service.syncs
    async def sync(batch: Sequence[FeedEvent], transaction: Transaction) -> None:
        applied.set()
        await transaction.driver.executemany(
            "INSERT INTO things (id, agency, what) VALUES ($1, $2, $3)",
            [(new_id(), transaction.agency, event.ams_id) for event in batch],
        )

    async with stack.own_bus(servers_folder, "oakhill") as bus:
        ops = await stack.connect(bus.server, max_reconnect_attempts=-1, reconnect_time_wait=0.1)
        await stack.change_consumer(ops, FEED, ack_wait=2)  # else a lost acknowledgement is waited for for a minute
        system = await stack.connect(bus.server, "ams_oakhill", max_reconnect_attempts=-1, reconnect_time_wait=0.1)

        async def publish(name: str) -> None:
            body = cloud_event("carrier", name, 1, CARRIER)
            if not protected:
                await system.publish("ams.oakhill.carrier", body)
                return
            async with limit:
                for tries in itertools.count():  # it waits longer each time, else a slow disk never catches up
                    try:
                        stream = system.jetstream(timeout=2**tries)
                        await stream.publish("ams.oakhill.carrier", body, stream="AMS")
                        return
                    except (nats.errors.Error, nats.js.errors.Error):
                        await asyncio.sleep(0.1)

        async with running(service, settings_for(bus.server, book)):
            await asyncio.gather(*(publish(name) for name in names[:300]))
            await asyncio.wait_for(applied.wait(), 20)
            publishing = asyncio.gather(*(publish(name) for name in names[300:]))
            await bus.kill(pause=0.5)  # what it takes from the wire and does not store dies with it
            await bus.start()
            await publishing
            await flush(system)
            await eventually(lambda: unsettled(ops, "AMS", FEED), 0, within=40)
        await ops.close()
        await system.close()
    got = await kept(book)
    lost = set(names) - set(got)
    assert len(got) == len(set(got))
    assert bool(lost) is not protected, f"{len(lost)} lost"
    assert await quarantined(book) == []
