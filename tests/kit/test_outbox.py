"""What is told or enqueued leaves with the commit, once, whatever crashes; an event that comes twice is heard once."""

import asyncio
import json
from typing import Any, ClassVar

import asyncpg
import pytest
from nats.aio.client import Client

from contracts.documents.id_cards import IdCardIssued
from contracts.identity.contacts import AccountsChanged
from kit import outbox
from kit.bus import Service, failures
from kit.bus.connection import flush
from kit.bus.failures import Delivery
from kit.database import Database, Transaction
from kit.known_types import TypesKnown
from kit.outbox import Relay
from tests import stack
from tests.kit.messages import OAKHILL, accounts_changed, id_card_issued, keep, mail_document
from tests.kit.repeats import forgotten
from tests.logins import Logins
from tests.stack import eventually, on_the_bus, running, settings_for, unsettled

HEARD = "documents-event-identity-accounts_changed"


async def stored(client: Client, stream: str) -> int:
    """How many messages a stream has."""
    return (await client.jsm().stream_info(stream)).state.messages


def hearer() -> Service:
    """documents, which keeps the name of each account that it hears of."""
    service = Service("documents")

    @service.hears(AccountsChanged)
    async def hear(event: AccountsChanged, transaction: Transaction) -> None:
        await keep(event.accounts[0].name, transaction)

    return service


async def forget_sooner(client: Client, stream: str) -> None:
    """The stream recognises a repeated id for a tenth of a second only."""
    await stack.change_stream(client, stream, duplicate_window=0.1)


async def kept(logins: Logins, what: str) -> int:
    return await logins.value("SELECT count(*) FROM things WHERE what = $1", what)


def relay(logins: Logins, client: Client, database: Database) -> Relay:
    return Relay(logins.url("relay"), client, database)


async def test_what_is_told_leaves_soon_after_the_commit(nats_server, ops_client, made_up, monkeypatch) -> None:
    monkeypatch.setattr(outbox, "POLL", 3600.0)  # so that it leaves because the relay is told of it
    logins = await made_up("documents")
    heard = await ops_client.subscribe(IdCardIssued.subject)
    await flush(ops_client)
    event = id_card_issued()
    async with on_the_bus(settings_for(nats_server, logins), logins) as (_, bus):
        publisher = relay(logins, bus.client, bus.database)
        running_relay = asyncio.create_task(publisher.run())
        for _ in range(3):  # what is there when it begins is no proof
            async with bus.database.transaction(OAKHILL) as transaction:
                transaction.tell(event)
            message = await heard.next_msg(timeout=20)
        publisher.stop()
        await running_relay
    assert IdCardIssued.model_validate_json(message.data) == event
    rows = await logins.fetch("SELECT id, sent_at FROM outbox WHERE body = $1 ORDER BY made_at", message.data)
    assert message.headers["Nats-Msg-Id"] == str(rows[-1]["id"])
    assert all(row["sent_at"] for row in rows)


@pytest.mark.parametrize("protected", [True, False], ids=["outbox", "published-after-the-commit"])
async def test_a_crash_between_commit_and_publishing_loses_nothing(nats_server, ops_client, made_up, protected) -> None:
    logins = await made_up("documents")
    await logins.clear("outbox")
    async with (
        on_the_bus(settings_for(nats_server, logins), logins) as (_, bus),
        bus.database.transaction(OAKHILL) as transaction,
    ):
        await keep("committed", transaction)
        if protected:
            transaction.enqueue(mail_document())
    # here it crashes: a publish on this line would not be reached
    assert await stored(ops_client, "JOBS") == 0
    async with running(Service("documents"), settings_for(nats_server, logins)):
        if protected:
            await eventually(lambda: stored(ops_client, "JOBS"), 1)
    if not protected:  # at its end it has looked once more
        assert await stored(ops_client, "JOBS") == 0


class Lost(TypesKnown):
    """A connection that the driver finds lost at its first statement, and whose server does not say good-bye."""

    faults: ClassVar[list[Exception]] = []

    async def fetch(self, *arguments: Any, **options: Any) -> Any:
        if Lost.faults:
            raise Lost.faults.pop()
        return await super().fetch(*arguments, **options)

    async def close(self, *, timeout: float | None = None) -> None:
        self.terminate()
        raise asyncpg.InternalClientError("cannot switch to state 17")


@pytest.mark.parametrize(
    "fault",
    [
        asyncpg.InternalClientError("cannot switch to state 12"),  # a server that was killed while it was asked
        asyncpg.ConnectionDoesNotExistError("lost"),
        ConnectionResetError(),
        KeyError("something that nobody thought of"),
    ],
    ids=lambda fault: type(fault).__name__,
)
async def test_the_relay_goes_on_whatever_happens_to_its_connection(
    nats_server, ops_client, made_up, open_database, monkeypatch, fault
) -> None:
    logins = await made_up("documents")
    await logins.clear("outbox")
    monkeypatch.setattr(outbox, "TypesKnown", Lost)
    Lost.faults = [fault]
    async with running(Service("documents"), settings_for(nats_server, logins)) as service:
        await eventually(lambda: Lost.faults, [])
        async with open_database(logins).transaction(OAKHILL) as transaction:
            transaction.enqueue(mail_document())
        await eventually(lambda: stored(ops_client, "JOBS"), 1)
        await service.stop()  # which says nothing of a good-bye that was not answered


class Dying:
    """A database connection that is lost once the rows are claimed."""

    def __init__(self, connection: "asyncpg.Connection[Any]") -> None:
        self._connection = connection

    async def fetch(self, *arguments: object) -> list[asyncpg.Record]:
        return await self._connection.fetch(*arguments)

    async def execute(self, *_: object) -> str:
        raise asyncpg.ConnectionDoesNotExistError("lost")


@pytest.mark.parametrize("window", ["inside-the-window", "after-the-window"])
@pytest.mark.parametrize("protected", [True, False], ids=["portico", "no-inbox"])
async def test_a_crash_between_publishing_and_marking_has_no_double_effect(
    nats_server, ops_client, made_up, monkeypatch, protected, window
) -> None:
    teller, listener = await made_up("identity"), await made_up("documents")
    if not protected:
        monkeypatch.setattr(failures, "note_heard", _all_are_new)
    if window == "after-the-window":
        await forget_sooner(ops_client, "EVENTS")
    name = f"{protected} {window}"
    async with on_the_bus(settings_for(nats_server, teller), teller) as (_, bus):
        async with bus.database.transaction(OAKHILL) as transaction:
            transaction.tell(accounts_changed(name))
        connection = await asyncpg.connect(teller.url("relay"))
        with pytest.raises(asyncpg.ConnectionDoesNotExistError):
            await relay(teller, bus.client, bus.database)._publish_some(Dying(connection))
        await connection.close()
        await teller.fetch("UPDATE outbox SET leased_until = now() WHERE sent_at IS NULL")  # half a minute later
        if window == "after-the-window":
            await forgotten(ops_client, IdCardIssued.subject)
        again = relay(teller, bus.client, bus.database)
        again.stop()
        await again.run()
    assert await stored(ops_client, "EVENTS") == (1 if window == "inside-the-window" else 2)
    async with running(hearer(), settings_for(nats_server, listener)):
        await eventually(lambda: unsettled(ops_client, "EVENTS", HEARD), 0)
    assert await kept(listener, name) == (2 if not protected and window == "after-the-window" else 1)


async def _all_are_new(transaction: Transaction, deliveries: list[Delivery], *_: object) -> set[int]:
    """What a consumer without an inbox knows."""
    return {delivery.stream_sequence for delivery in deliveries}


async def test_what_waited_leaves_in_the_order_in_which_it_was_told(nats_server, ops_client, made_up) -> None:
    logins = await made_up("documents")
    await logins.clear("outbox")
    told = [mail_document(f"Card {number}") for number in range(20)]
    async with on_the_bus(settings_for(nats_server, logins), logins) as (_, bus):
        for job in told:
            async with bus.database.transaction(OAKHILL) as transaction:
                transaction.enqueue(job)
            await asyncio.sleep(0.002)  # within a millisecond ids are in no order
        publisher = relay(logins, bus.client, bus.database)
        publisher.stop()
        await publisher.run()
    first = (await ops_client.jsm().stream_info("JOBS")).state.first_seq
    left = [await ops_client.jsm().get_msg("JOBS", first + number) for number in range(20)]
    assert [json.loads(one.data or b"")["title"] for one in left] == [job.title for job in told]


async def test_two_relays_publish_each_row_once(nats_server, ops_client, made_up, monkeypatch) -> None:
    logins = await made_up("documents")
    await logins.clear("outbox")
    published: list[object] = []
    publish = Relay._publish

    async def counted(self: Relay, row: asyncpg.Record) -> bool:
        published.append(row["id"])
        return await publish(self, row)

    monkeypatch.setattr(Relay, "_publish", counted)
    async with on_the_bus(settings_for(nats_server, logins), logins) as (_, bus):
        async with bus.database.transaction(OAKHILL) as transaction:
            for _ in range(600):
                transaction.tell(id_card_issued())
        relays = [relay(logins, bus.client, bus.database) for _ in range(2)]
        for one in relays:
            one._stream = bus.client.jetstream(timeout=20)  # what is not answered in time is published again
        runs = [asyncio.create_task(one.run()) for one in relays]
        await eventually(lambda: logins.value("SELECT count(*) FROM outbox WHERE sent_at IS NULL"), 0, within=20)
        for one in relays:
            one.stop()
        await asyncio.gather(*runs)
    assert len(published) == len(set(published)) == 600
    assert await stored(ops_client, "EVENTS") == 600


async def test_one_row_that_is_refused_does_not_stop_the_others(nats_server, ops_client, made_up) -> None:
    logins = await made_up("documents")
    await logins.clear("outbox")
    async with on_the_bus(settings_for(nats_server, logins), logins) as (_, bus):
        async with bus.database.transaction(OAKHILL) as transaction:
            transaction.leave("nobody.listens", b"{}")
            transaction.leave(IdCardIssued.subject, b"x" * (300 << 10))
            transaction.tell(id_card_issued())
        publisher = relay(logins, bus.client, bus.database)
        publisher.stop()
        await publisher.run()
    assert await stored(ops_client, "EVENTS") == 1
    assert await logins.value("SELECT count(*) FROM outbox WHERE sent_at IS NULL") == 2


@pytest.mark.parametrize("protected", [True, False], ids=["portico", "no-inbox"])
async def test_an_event_that_comes_twice_is_heard_once(
    nats_server, ops_client, made_up, monkeypatch, protected
) -> None:
    if not protected:
        monkeypatch.setattr(failures, "note_heard", _all_are_new)
    listener = await made_up("documents")
    await forget_sooner(ops_client, "EVENTS")
    name = f"twice {protected}"
    body = accounts_changed(name).model_dump_json().encode()
    async with running(hearer(), settings_for(nats_server, listener)):
        for _ in range(2):
            await ops_client.jetstream().publish(AccountsChanged.subject, body, headers={"Nats-Msg-Id": name})
            await eventually(lambda: unsettled(ops_client, "EVENTS", HEARD), 0)
            await forgotten(ops_client, IdCardIssued.subject)
    assert await stored(ops_client, "EVENTS") == 2
    assert await kept(listener, name) == (1 if protected else 2)


async def test_a_known_id_with_another_body_is_quarantined(nats_server, ops_client, made_up) -> None:
    listener = await made_up("documents")
    await forget_sooner(ops_client, "EVENTS")
    async with running(hearer(), settings_for(nats_server, listener)):
        for name in ("first body", "second body"):
            body = accounts_changed(name).model_dump_json().encode()
            await ops_client.jetstream().publish(AccountsChanged.subject, body, headers={"Nats-Msg-Id": "reused"})
            await eventually(lambda: unsettled(ops_client, "EVENTS", HEARD), 0)
            await forgotten(ops_client, IdCardIssued.subject)
    assert await kept(listener, "first body") == 1
    assert await kept(listener, "second body") == 0
    (row,) = await listener.fetch("SELECT * FROM quarantine WHERE message_id = 'reused'")
    assert (row["code"], row["body"]) == ("id_reused", body)


async def test_an_outbox_written_while_the_bus_was_away_leaves_later(servers_folder, made_up) -> None:
    logins = await made_up("documents")
    await logins.clear("outbox")
    async with stack.own_bus(servers_folder) as bus:
        settings = settings_for(bus.server, logins)
        async with running(Service("documents"), settings):
            await bus.kill()
            database = logins.open()
            async with database.transaction(OAKHILL) as transaction:
                for _ in range(20):
                    transaction.enqueue(mail_document())
            await database.close()
            await eventually(lambda: logins.value("SELECT count(*) FROM outbox WHERE leased_until IS NOT NULL"))
            await bus.start()
            await eventually(lambda: logins.value("SELECT count(*) FROM outbox WHERE sent_at IS NULL"), 0, within=40)
        client = await stack.connect(bus.server)
        assert await stored(client, "JOBS") == 20
        await client.close()
