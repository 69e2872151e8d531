"""Readers go on whatever a library or an event does to them: one fault costs one message its turn, and no other."""

import asyncio
import contextlib
from collections.abc import Sequence

import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext

from contracts.notify import MailDocument
from contracts.streams import UNKNOWN_KINDS, WEBHOOKS
from kit.bus import Call, FeedEvent, Service, consumers, failures, feed, whole_events
from kit.bus.connection import flush
from kit.bus.portal_reader import PortalMessage
from kit.bus.pulls import Pull
from kit.bus.unknown_kinds import UnknownKindsReader
from kit.database import Transaction
from tests.kit.book import CARRIER, FEED, kept, quarantined, reader, send, settled
from tests.kit.messages import keep, mail_document
from tests.stack import cloud_event, eventually, running, settings_for, unsettled

FAULT = RuntimeError("the handler is closed")  # what the transport says of a connection that was just lost


async def test_the_feeds_readers_outlive_a_fault_of_their_connection(
    nats_server, ops_client, book, oakhill, monkeypatch
) -> None:
    take, failing = Pull.take, {FEED, UNKNOWN_KINDS}

    async def fail_once(pull: Pull) -> list[Msg]:
        durable = pull._subject.rpartition(".")[2]
        if durable in failing:
            failing.remove(durable)
            raise FAULT
        return await take(pull)

    monkeypatch.setattr(Pull, "take", fail_once)
    await send(oakhill, cloud_event("carrier", "C-1", 1, CARRIER))
    await send(ops_client, cloud_event("carrier", "C-2", 1, CARRIER), kind="boat")
    async with running(reader(), settings_for(nats_server, book)):
        await settled(ops_client)
        await settled(ops_client, UNKNOWN_KINDS)
    assert await kept(book) == ["C-1"]
    assert [row["code"] for row in await quarantined(book)] == ["unknown_kind"]
    assert not failing


async def test_the_reader_of_portal_events_outlives_a_fault_of_its_connection(
    nats_server, ops_client, book, monkeypatch
) -> None:
    fetch, failing = JetStreamContext.PullSubscription.fetch, [FAULT]

    async def fail_once(*arguments: object, **options: object) -> list[Msg]:
        if failing:
            raise failing.pop()
        return await fetch(*arguments, **options)

    service = Service("policy")

    @service.overhears
    async def hear(events: Sequence[PortalMessage], transaction: Transaction) -> None:
        for event in events:
            await keep(event.id, transaction)

    monkeypatch.setattr(JetStreamContext.PullSubscription, "fetch", fail_once)
    await ops_client.jetstream().publish("portal.oakhill.payment.added", b'{"id": "E-1"}')
    async with running(service, settings_for(nats_server, book)):
        await eventually(lambda: unsettled(ops_client, "PORTAL", WEBHOOKS), 0)
    assert await kept(book) == ["E-1"]
    assert not failing


@pytest.mark.parametrize(
    "end", [asyncio.CancelledError(), LookupError("a fault of ours"), None], ids=["cancelled", "error", "return"]
)
async def test_a_reader_that_ends_untold_ends_its_process(
    nats_server, book, monkeypatch, loops_that_ended, end
) -> None:
    """Nothing would be read any more, and nobody would notice."""

    async def run(_: UnknownKindsReader) -> None:
        if end is not None:
            raise end

    monkeypatch.setattr(UnknownKindsReader, "run", run)
    with pytest.raises(LookupError) if isinstance(end, LookupError) else contextlib.nullcontext():
        async with running(reader(), settings_for(nats_server, book)):
            await eventually(lambda: loops_that_ended)
            loops_that_ended.clear()
    assert not loops_that_ended  # the others were told to


async def test_an_event_that_cannot_be_given_back_stops_no_other(
    nats_server, ops_client, book, oakhill, monkeypatch
) -> None:
    failing = [FAULT]

    async def fail_once(message: Msg, delay: float | None = None) -> None:
        raise failing.pop()

    monkeypatch.setattr(Msg, "nak", fail_once)
    await send(oakhill, cloud_event("carrier", "C-1", 1, CARRIER))
    async with running(reader(poison="C-1"), settings_for(nats_server, book)):
        await eventually(lambda: not failing)
        await send(oakhill, cloud_event("carrier", "C-2", 1, CARRIER))
        await eventually(lambda: kept(book), ["C-2"])


async def test_a_fault_of_ours_in_reading_an_event_is_that_events_alone(
    nats_server, ops_client, book, oakhill, no_waiting, monkeypatch
) -> None:
    read = whole_events.read

    def fail(subject: str, body: bytes, *when: object) -> FeedEvent:
        if b"C-2" in body:
            raise RecursionError
        return read(subject, body, *when)

    monkeypatch.setattr(whole_events, "read", fail)
    for name in ("C-1", "C-2", "C-3"):
        await send(oakhill, cloud_event("carrier", name, 1, CARRIER))
    async with running(reader(), settings_for(nats_server, book)):
        await settled(ops_client)
    assert await kept(book) == ["C-1", "C-3"]
    (row,) = await quarantined(book)
    assert (row["code"], row["deliveries"]) == ("handler_failed", failures.TRIES)
    assert "RecursionError" in row["problem"]


async def test_a_subject_that_is_no_text_deafens_nobody(nats_server, ops_client, book, oakhill) -> None:
    """The bus lets it through, and nats-py stops to read the connection that it comes on."""
    body = cloud_event("carrier", "C-1", 1, CARRIER)
    async with running(reader(), settings_for(nats_server, book)):
        await publish_raw(oakhill, b"ams.oakhill.\xff\xfe", body)
        await eventually(lambda: quarantined(book))
        await send(oakhill, cloud_event("carrier", "C-2", 1, CARRIER))
        await settled(ops_client)
        await settled(ops_client, UNKNOWN_KINDS)
    (row,) = await quarantined(book)
    assert (row["code"], row["subject"], row["body"]) == ("unknown_kind", "ams.oakhill.\ufffd\ufffd", body)
    assert await kept(book) == ["C-2"]


async def publish_raw(client: Client, subject: bytes, body: bytes) -> None:
    """Publishes what nats-py itself would not write."""
    assert client._transport is not None
    client._transport.write(b"PUB %s %d\r\n%s\r\n" % (subject, len(body), body))
    await flush(client)


@pytest.mark.parametrize("where", [feed, consumers], ids=["feed", "jobs"])
async def test_a_sign_of_life_that_fails_is_not_the_last(
    nats_server, ops_client, book, made_up, oakhill, monkeypatch, where
) -> None:
    """While a handler works the bus is told so, else it hands the message to somebody else."""
    signs: list[Msg] = []
    alive = asyncio.Event()

    async def fail_once(message: Msg) -> None:
        signs.append(message)
        if len(signs) == 1:
            raise FAULT
        alive.set()

    monkeypatch.setattr(Msg, "in_progress", fail_once)
    monkeypatch.setattr(where, "HEARTBEAT", 0.02)
    syncing, mailing = Service("policy"), Service("notify")

    @syncing.syncs
    async def sync(events: Sequence[FeedEvent], transaction: Transaction) -> None:
        await asyncio.wait_for(alive.wait(), 25)

    @mailing.does(MailDocument)
    async def mail(job: MailDocument, call: Call) -> None:
        await asyncio.wait_for(alive.wait(), 25)

    if where is feed:
        await send(oakhill, cloud_event("carrier", "C-1", 1, CARRIER))
    else:
        await ops_client.jetstream().publish(MailDocument.subject, mail_document().model_dump_json().encode())
    service, logins = (syncing, book) if where is feed else (mailing, await made_up("notify"))
    async with running(service, settings_for(nats_server, logins)):
        await asyncio.wait_for(alive.wait(), 25)
