"""Requests: always answered and soon, side by side, only to those who may ask, and none lost when a process stops."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from faststream.nats import NatsBroker
from faststream.nats.security import NatsUserPassword
from nats.aio.client import Client
from prometheus_client import REGISTRY

from contracts.documents.vault import Content, Document, Documents, GetHomeDocuments, ReadAttachment
from contracts.kinds import BadRequest, Broken, NotFound, Nothing, Refusal, Unavailable
from kit.bus import Asker, Call, Service, client, wire
from kit.bus.connection import flush
from kit.bus.requests import RequestServer
from kit.ids import new_id
from ops.stack.nats import NatsServer
from tests import stack
from tests.kit.asking import INSURED, Handle, drawer, gateway
from tests.stack import running, settings_for, signed


@asynccontextmanager
async def plain_faststream(server: NatsServer, handle: Handle) -> AsyncIterator[None]:
    """The same request answered by a FastStream subscriber as it comes."""
    broker = NatsBroker(
        server.url,
        security=NatsUserPassword(username="documents", password=stack.NATS_PASSWORDS["documents"], use_ssl=False),
        inbox_prefix="_INBOX_documents",
        logger=None,
        apply_types=False,
    )

    @broker.subscriber(GetHomeDocuments.subject, queue="documents")
    async def answer(message: object) -> bytes:
        await handle()
        return b'{"items": []}'

    await broker.start()
    yield
    await broker.stop()


@pytest.mark.parametrize("protected", [True, False], ids=["portico", "faststream-default"])
async def test_a_failing_handler_is_answered_at_once(nats_server, made_up, protected) -> None:
    async def fail() -> None:
        raise ValueError("a fault of the handler")

    async with gateway(nats_server) as asker:
        if protected:
            async with running(drawer(fail), settings_for(nats_server, await made_up("documents"))):
                with pytest.raises(Broken):
                    await asker.ask(GetHomeDocuments(), signed(*INSURED), deadline=60)
        else:
            async with plain_faststream(nats_server, fail):
                with pytest.raises(Unavailable):  # nothing came until the deadline
                    await asker.ask(GetHomeDocuments(), signed(*INSURED), deadline=0.7)


async def test_a_body_that_does_not_fit_is_refused_at_once_and_says_where(nats_server, made_up) -> None:
    service = Service("documents")

    @service.answers(ReadAttachment)
    async def read(request: ReadAttachment, call: Call) -> Content:
        raise AssertionError("the handler must not see it")

    client = await stack.connect(nats_server, "notify")
    async with running(service, settings_for(nats_server, await made_up("documents"))):
        reply = await client.request(ReadAttachment.subject, b'{"agency": "no key"}', timeout=20)
        with pytest.raises(BadRequest) as refused:
            wire.read_reply(reply, Nothing, wire.refusals())
    await client.close()
    assert refused.value.facts["pointer"] == "/agency"


@pytest.mark.parametrize("kept", ["a\0b", '{"a": "\\u0000"}'], ids=["text", "json"])
async def test_a_text_that_no_database_takes_is_the_askers_fault(nats_server, made_up, kept: str) -> None:
    service = Service("documents")

    @service.answers(GetHomeDocuments)
    async def keep_it(_: GetHomeDocuments, call: Call) -> Documents:
        async with call.transaction() as transaction:
            await transaction.driver.fetchval("SELECT $1::jsonb" if kept.startswith("{") else "SELECT $1::text", kept)
        return Documents(items=[])

    async with gateway(nats_server) as asker, running(service, settings_for(nats_server, await made_up("documents"))):
        with pytest.raises(BadRequest) as refused:
            await asker.ask(GetHomeDocuments(), signed(*INSURED))
        assert "NUL" in refused.value.facts["problem"]


@pytest.mark.parametrize("error", [NotFound(), Unavailable(retry_after=7)])
async def test_a_declared_refusal_arrives_with_its_facts(nats_server, made_up, error: Refusal) -> None:
    async def refuse() -> None:
        raise error

    async with (
        gateway(nats_server) as asker,
        running(drawer(refuse), settings_for(nats_server, await made_up("documents"))),
    ):
        with pytest.raises(type(error)) as refused:
            await asker.ask(GetHomeDocuments(), signed(*INSURED))
        assert refused.value.facts == error.facts


async def test_an_answer_that_is_too_large_is_a_failure_not_silence(nats_server, made_up) -> None:
    service = Service("documents")

    @service.answers(GetHomeDocuments)
    async def list_newest(request: GetHomeDocuments, call: Call) -> Documents:
        one = Document(
            id=new_id(), kind="id_card", title="t" * 1_100_000, file_name="", content_type="", size=0, sha256="",
            made_at="2026-01-01T00:00:00Z", current=True,
        )  # fmt: skip
        return Documents(items=[one])

    async with (
        gateway(nats_server) as asker,
        running(service, settings_for(nats_server, await made_up("documents"))),
    ):
        with pytest.raises(Broken):
            await asker.ask(GetHomeDocuments(), signed(*INSURED))


async def test_nobody_there_is_known_long_before_the_deadline(nats_server, monkeypatch) -> None:
    monkeypatch.setattr(client, "PATIENCE", 0.2)
    async with gateway(nats_server) as asker:
        with pytest.raises(Unavailable) as refused:
            await asyncio.wait_for(asker.ask(GetHomeDocuments(), signed(*INSURED), deadline=60), 30)
    assert refused.value.facts == {"retry_after": 1}


@pytest.mark.parametrize("protected", [True, False], ids=["portico", "once"])
async def test_a_request_waits_for_a_service_that_is_just_starting_again(
    nats_server, made_up, monkeypatch, protected
) -> None:
    monkeypatch.setattr(client, "PATIENCE", 20 if protected else 0)

    async def nothing() -> None: ...

    async with gateway(nats_server) as asker:
        asking = asyncio.ensure_future(asker.ask(GetHomeDocuments(), signed(*INSURED), deadline=40))
        await asyncio.sleep(0.3)
        if not protected:
            with pytest.raises(Unavailable):
                await asking
            return
        async with running(drawer(nothing), settings_for(nats_server, await made_up("documents"))):
            assert (await asking).items == []


async def test_a_handler_is_stopped_at_the_deadline_that_travels_with_the_request(nats_server, made_up) -> None:
    begun, stopped = asyncio.Event(), asyncio.Event()

    async def hang() -> None:
        begun.set()
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            stopped.set()
            raise

    async with (
        gateway(nats_server) as asker,
        running(drawer(hang), settings_for(nats_server, await made_up("documents"))),
    ):
        for deadline in (0.3, 3, 10):  # one that is over before the request is read stops nobody
            with pytest.raises(Unavailable):
                await asker.ask(GetHomeDocuments(), signed(*INSURED), deadline=deadline)
            if begun.is_set():
                break
        await asyncio.wait_for(stopped.wait(), 20)


@pytest.mark.parametrize("protected", [True, False], ids=["portico", "faststream-default"])
async def test_requests_are_answered_side_by_side(nats_server, made_up, protected) -> None:
    in_hand: list[object] = []
    together = 0

    async def take_a_while() -> None:
        nonlocal together
        in_hand.append(None)
        together = max(together, len(in_hand))
        await asyncio.sleep(0.1)
        in_hand.pop()

    async with gateway(nats_server) as asker:
        served = (
            running(drawer(take_a_while), settings_for(nats_server, await made_up("documents")))
            if protected
            else plain_faststream(nats_server, take_a_while)
        )
        async with served:
            await asyncio.gather(*(asker.ask(GetHomeDocuments(), signed(*INSURED)) for _ in range(10)))
    assert (together > 1) is protected


async def test_beyond_the_limit_the_answer_is_to_come_again(nats_server, made_up) -> None:
    go_on = asyncio.Event()
    settings = settings_for(nats_server, await made_up("documents"), request_limit=3)
    async with gateway(nats_server) as asker, running(drawer(go_on.wait), settings):
        asked = [asyncio.create_task(asker.ask(GetHomeDocuments(), signed(*INSURED), deadline=20)) for _ in range(8)]
        await stack.eventually(lambda: sum(one.done() for one in asked), 5)
        go_on.set()
        answers = await asyncio.gather(*asked, return_exceptions=True)
    assert sum(isinstance(answer, Documents) for answer in answers) == 3
    assert sum(isinstance(answer, Unavailable) for answer in answers) == 5


@pytest.mark.parametrize("protected", [True, False], ids=["portico", "without-drain"])
async def test_no_request_is_lost_while_one_of_two_processes_stops(
    nats_server, made_up, monkeypatch, protected
) -> None:
    """A connection that is closed with requests in hand leaves their callers to their deadlines."""

    in_hand: list[object] = []

    async def take_a_while() -> None:
        await asyncio.sleep(0.05)

    async def take_a_while_here() -> None:
        in_hand.append(None)
        await asyncio.sleep(0.05)
        in_hand.pop()

    async def no_drain(self: RequestServer) -> None:
        """What a plain close does."""

    if not protected:
        monkeypatch.setattr(RequestServer, "drain", no_drain)
    # all at once too, where the bus stands still meanwhile
    settings = settings_for(nats_server, await made_up("documents"), request_limit=400)
    who = signed(*INSURED)
    async with (
        gateway(nats_server) as asker,
        running(drawer(take_a_while), settings),
        running(drawer(take_a_while_here), settings) as leaving,
    ):

        async def visit() -> list[object]:
            return await asyncio.gather(
                *(asker.ask(GetHomeDocuments(), who, deadline=25 if protected else 1.5) for _ in range(20)),
                return_exceptions=True,
            )

        async def load() -> list[object]:
            rounds = []
            for _ in range(20):
                rounds.append(asyncio.create_task(visit()))
                await asyncio.sleep(0.02)
            return [answer for answers in await asyncio.gather(*rounds) for answer in answers]

        loading = asyncio.create_task(load())
        await asyncio.sleep(0.21)
        await stack.eventually(lambda: in_hand, every=0.001)
        await leaving.stop()
        answers = await loading
    lost = [answer for answer in answers if not isinstance(answer, Documents)]
    assert len(answers) == 400
    assert bool(lost) is not protected, lost


async def test_a_permission_that_is_missing_is_counted(nats_server, made_up) -> None:
    """The bus says so only beside the call, which just times out."""

    def counted() -> float:
        return REGISTRY.get_sample_value("portico_bus_errors_total", {"error": "PermissionsViolation"}) or 0

    before = counted()
    async with running(drawer(asyncio.Event().wait), settings_for(nats_server, await made_up("documents"))) as process:
        await process.client.publish("request.identity.list_agencies", b"{}")
        await stack.eventually(lambda: counted() - before, 1)
    plain = await stack.connect(nats_server, "documents")
    await plain.publish("request.identity.list_agencies", b"{}")
    await flush(plain)
    await asyncio.sleep(0.1)
    await plain.close()
    assert counted() - before == 1  # without our callback nobody counts


async def test_a_client_that_closed_is_not_asked(nats_server: NatsServer) -> None:
    client: Client = await stack.connect(nats_server, "gateway")
    await client.close()
    with pytest.raises(Unavailable):
        await Asker(client).ask(GetHomeDocuments(), signed(*INSURED))
