"""A job whose handler fails: given back with a growing delay, quarantined after its tries, never terminated."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, PullSub
from faststream.nats.security import NatsUserPassword
from nats.aio.client import Client
from prometheus_client import REGISTRY

from contracts.notify import MailDocument
from kit.bus import Call, Service, consumers, failures
from ops.stack.nats import NatsServer
from tests import stack
from tests.kit.messages import mail_document
from tests.stack import eventually, running, settings_for, unsettled

DURABLE = "notify-job-notify-mail_document"


def mailer(handle: Callable[[], object]) -> Service:
    """notify, with a handler that runs `handle` for each mail."""
    service = Service("notify")

    @service.does(MailDocument)
    async def mail(job: MailDocument, call: Call) -> None:
        done = handle()
        if asyncio.iscoroutine(done):
            await done

    return service


@asynccontextmanager
async def plain_faststream(server: NatsServer, handle: Callable[[], object], **options: object) -> AsyncIterator[None]:
    """The same consumer as FastStream has it when nothing is said about acknowledging."""
    broker = NatsBroker(
        server.url,
        security=NatsUserPassword(username="notify", password=stack.NATS_PASSWORDS["notify"], use_ssl=False),
        inbox_prefix="_INBOX_notify",
        logger=None,
        apply_types=False,
    )

    async def consume(message: object) -> None:
        handle()

    broker.subscriber(
        MailDocument.subject,
        durable=DURABLE,
        stream=JStream("JOBS", declare=False),
        pull_sub=PullSub(batch_size=1, timeout=1),
        inbox_prefix=b"_INBOX_notify.",
        **options,
    )(consume)
    await broker.start()
    yield
    await broker.stop()


async def publish(client: Client, body: bytes | None = None, **headers: str) -> None:
    await client.jetstream().publish(
        MailDocument.subject, body or mail_document().model_dump_json().encode(), headers=headers or None
    )


@pytest.mark.parametrize("protected", [True, False], ids=["portico", "faststream-default"])
async def test_one_passing_error_loses_nothing(nats_server, ops_client, made_up, no_waiting, protected) -> None:
    """FastStream's default (reject on error) terminates a message on its first error."""
    tries: list[float] = []

    def fail_once() -> None:
        tries.append(time.monotonic())
        if len(tries) == 1:
            raise RuntimeError("passing trouble")

    settings = settings_for(nats_server, await made_up("notify"))
    await publish(ops_client)
    if protected:
        async with running(mailer(fail_once), settings):
            await eventually(lambda: len(tries), 2)
            await eventually(lambda: unsettled(ops_client, "JOBS", DURABLE), 0)
    else:
        async with plain_faststream(nats_server, fail_once):
            await eventually(lambda: unsettled(ops_client, "JOBS", DURABLE), 0)
            await asyncio.sleep(0.5)
            assert len(tries) == 1  # it was never handled, and nobody will see it again


@pytest.mark.parametrize("protected", [True, False], ids=["portico", "nak-without-delay"])
async def test_tries_come_at_growing_distances(nats_server, ops_client, made_up, protected) -> None:
    tries: list[float] = []

    def fail() -> None:
        tries.append(time.monotonic())
        raise RuntimeError("lasting trouble")

    settings = settings_for(nats_server, await made_up("notify"))
    await publish(ops_client)
    if protected:
        async with running(mailer(fail), settings):
            await eventually(lambda: len(tries) >= 3)
        first, second = tries[1] - tries[0], tries[2] - tries[1]
        assert first > 0.45
        assert second > 0.95
    else:
        async with plain_faststream(nats_server, fail, ack_policy=AckPolicy.NACK_ON_ERROR):
            await eventually(lambda: len(tries) > 30)  # which takes minutes at those distances


@pytest.mark.parametrize("protected", [True, False], ids=["portico", "no-limit-of-tries"])
async def test_a_message_that_cannot_be_handled_ends_in_quarantine(
    nats_server, ops_client, made_up, no_waiting, monkeypatch, protected
) -> None:
    logins = await made_up("notify")
    tries: list[int] = []

    def fail() -> None:
        tries.append(1)
        raise LookupError("a fault of the handler")

    if not protected:
        monkeypatch.setattr(failures, "TRIES", 10**9)
    body = mail_document("never").model_dump_json().encode()
    await publish(ops_client, body, **{"Nats-Msg-Id": f"never-{protected}"})
    query = "SELECT * FROM quarantine WHERE message_id = $1"
    async with running(mailer(fail), settings_for(nats_server, logins)):
        if not protected:
            await eventually(lambda: len(tries) > 20)
            assert not await logins.fetch(query, "never-False")
            assert await unsettled(ops_client, "JOBS", DURABLE) == 1
            return
        await eventually(lambda: unsettled(ops_client, "JOBS", DURABLE), 0)
        (row,) = await logins.fetch(query, "never-True")
    assert len(tries) == failures.TRIES
    assert (row["code"], row["consumer"], row["stream"]) == ("handler_failed", DURABLE, "JOBS")
    assert row["deliveries"] == failures.TRIES
    assert row["body"] == body
    assert "LookupError" in row["problem"]


@pytest.mark.parametrize("protected", [True, False], ids=["portico", "an-outage-counts"])
async def test_an_outage_quarantines_nothing(
    nats_server, ops_client, made_up, no_waiting, monkeypatch, protected
) -> None:
    logins = await made_up("notify")
    tries: list[int] = []

    def away() -> None:
        tries.append(1)
        if len(tries) <= failures.TRIES + 4:
            raise ConnectionRefusedError("the database is away")

    if not protected:
        monkeypatch.setattr(failures, "is_outage", lambda error: False)
    await publish(ops_client, **{"Nats-Msg-Id": f"outage-{protected}"})
    async with running(mailer(away), settings_for(nats_server, logins)):
        await eventually(lambda: unsettled(ops_client, "JOBS", DURABLE), 0)
    waiting = await logins.value("SELECT count(*) FROM quarantine WHERE message_id = $1", f"outage-{protected}")
    assert waiting == (0 if protected else 1)
    assert len(tries) == failures.TRIES + (5 if protected else 0)


@pytest.mark.parametrize("body", [b"{", b'{"agency": 7}', b"\xff\xfe"], ids=["no-json", "no-job", "no-text"])
async def test_a_body_that_does_not_fit_is_quarantined_at_once(nats_server, ops_client, made_up, body) -> None:
    logins = await made_up("notify")
    done: list[int] = []
    name = f"bad-{body!r}"
    await publish(ops_client, body, **{"Nats-Msg-Id": name, "content-type": "application/json"})
    await publish(ops_client)
    async with running(mailer(lambda: done.append(1)), settings_for(nats_server, logins)):
        await eventually(lambda: unsettled(ops_client, "JOBS", DURABLE), 0)
        (row,) = await logins.fetch("SELECT * FROM quarantine WHERE message_id = $1", name)
    assert (row["code"], row["deliveries"], row["body"]) == ("schema", 1, body)
    assert done == [1]  # the good one beside it


@pytest.mark.parametrize("protected", [True, False], ids=["portico", "no-heartbeat"])
async def test_a_slow_handler_runs_once(nats_server, ops_client, made_up, monkeypatch, protected) -> None:
    """JetStream hands a message to the next worker after ack_wait unless its handler gives signs of life."""
    runs: list[int] = []

    async def work() -> None:
        runs.append(1)
        await asyncio.sleep(4.5)

    monkeypatch.setattr(consumers, "HEARTBEAT", 0.1 if protected else 60)
    monkeypatch.setattr("kit.answering.check_consumers", stack.unchecked)
    await stack.change_consumer(ops_client, DURABLE, ack_wait=2)
    async with running(mailer(work), settings_for(nats_server, await made_up("notify"))):
        for _ in range(3):  # the best of three: whoever stands still himself gives no sign of life
            runs.clear()
            await publish(ops_client)
            if not protected:
                await eventually(lambda: len(runs), 2)
                return
            await eventually(lambda: unsettled(ops_client, "JOBS", DURABLE), 0)
            if len(runs) == 1:
                break
        assert len(runs) == 1


async def test_more_messages_than_workers_run_once_each(nats_server, ops_client, made_up, monkeypatch) -> None:
    """What waits in memory for a free worker has no sign of life: there must be hardly any of it."""
    runs: list[int] = []
    in_hand: list[int] = []
    together = 0

    async def work() -> None:
        nonlocal together
        runs.append(1)
        in_hand.append(1)
        together = max(together, len(in_hand))
        await asyncio.sleep(0.6)
        in_hand.pop()

    monkeypatch.setattr(consumers, "HEARTBEAT", 0.1)
    monkeypatch.setattr("kit.answering.check_consumers", stack.unchecked)
    await stack.change_consumer(ops_client, DURABLE, ack_wait=2)
    wanted = (5 * consumers.WORKERS, consumers.WORKERS)
    for _ in range(3):  # the best of three: whoever stands still himself gives no sign of life
        runs.clear()
        for _ in range(5 * consumers.WORKERS):
            await publish(ops_client)
        async with running(mailer(work), settings_for(nats_server, await made_up("notify"))):
            await eventually(lambda: unsettled(ops_client, "JOBS", DURABLE), 0)
        if (len(runs), together) == wanted:
            break
    assert (len(runs), together) == wanted


async def test_outcomes_are_counted(nats_server, ops_client, made_up) -> None:
    def handled() -> float:
        return REGISTRY.get_sample_value("portico_messages_total", {"consumer": DURABLE, "outcome": "ok"}) or 0

    before = handled()
    await publish(ops_client)
    async with running(mailer(lambda: None), settings_for(nats_server, await made_up("notify"))):
        await eventually(lambda: handled() - before, 1)
