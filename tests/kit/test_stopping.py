"""Starting and stopping: soon, in order, and also while the bus or the database is away."""

import asyncio
import json
import os
import time
import urllib.request
from pathlib import Path

import pytest
from nats.errors import FlushTimeoutError

from contracts.documents.id_cards import IdCardIssued
from contracts.documents.vault import Documents, GetHomeDocuments
from contracts.identity.contacts import AccountsChanged
from kit import serve
from kit.admin import WebServer, admin_app
from kit.bus import Asker, Call, Service
from kit.bus.connection import close, create_connection
from kit.database import Transaction
from kit.migrating.streams import Mismatch
from kit.settings import ServiceSettings, SettingsError, load
from ops.stack.nats import start_nats
from ops.stack.ports import free_port, free_ports
from tests import stack
from tests.kit.messages import OAKHILL, accounts_changed, id_card_issued, keep
from tests.stack import running, settings_for


async def test_a_process_that_waits_for_the_bus_can_be_stopped(nats_server, made_up) -> None:
    settings = settings_for(nats_server, await made_up("documents"), nats_url=f"nats://127.0.0.1:{free_port()}")
    stop = asyncio.Event()
    connecting = asyncio.create_task(serve._connect(create_connection(settings), stop))
    await asyncio.sleep(0.7)
    stop.set()
    assert await asyncio.wait_for(connecting, 20) is None


async def test_a_process_waits_for_a_bus_that_comes_later(servers_folder, made_up, nats_server) -> None:
    port, monitor = free_ports(2)
    settings = settings_for(nats_server, await made_up("documents"), nats_url=f"nats://127.0.0.1:{port}")
    connection = create_connection(settings)
    connecting = asyncio.create_task(serve._connect(connection, asyncio.Event()))
    await asyncio.sleep(0.3)
    late = await start_nats(servers_folder / "late", port, monitor, stack.bus_users())
    client = await asyncio.wait_for(connecting, 20)
    assert client is not None
    assert client.is_connected
    await close(connection, client)
    await late.stop()


async def test_a_connection_that_has_ended_by_itself_is_closed_without_a_complaint(nats_server, made_up) -> None:
    connection = create_connection(settings_for(nats_server, await made_up("documents")))
    client = await connection.open()
    connection.stopping = True  # else the process would end
    await client.close()
    await close(connection, client)
    assert client.is_closed


async def test_what_is_in_hand_at_the_stop_is_finished(nats_server, ops_client, made_up) -> None:
    """An event's handler still has its database, its acknowledgement and its outbox."""
    logins = await made_up("documents")
    service = Service("documents")
    begun = asyncio.Event()

    @service.hears(AccountsChanged)
    async def hear(event: AccountsChanged, transaction: Transaction) -> None:
        begun.set()
        await asyncio.sleep(0.4)
        await keep("finished", transaction)
        transaction.tell(id_card_issued())

    async with running(service, settings_for(nats_server, logins)) as process:
        await ops_client.jetstream().publish(AccountsChanged.subject, accounts_changed().model_dump_json().encode())
        await asyncio.wait_for(begun.wait(), 20)
        await process.stop()
    assert await logins.value("SELECT count(*) FROM things WHERE what = 'finished'") == 1
    assert await stack.unsettled(ops_client, "EVENTS", "documents-event-identity-accounts_changed") == 0
    assert await logins.value("SELECT count(*) FROM outbox WHERE sent_at IS NULL") == 0
    assert (await ops_client.jsm().get_last_msg("EVENTS", IdCardIssued.subject)).data


async def test_a_request_in_hand_is_finished_though_the_bus_says_nothing_any_more(
    nats_server, made_up, monkeypatch
) -> None:
    logins = await made_up("documents")
    service = Service("documents")
    begun, go_on = asyncio.Event(), asyncio.Event()

    @service.answers(GetHomeDocuments)
    async def list_newest(request: GetHomeDocuments, call: Call) -> Documents:
        async with call.transaction() as transaction:
            begun.set()
            await go_on.wait()
            await keep("answered", transaction)
        return Documents(items=[])

    async def nothing(*_: object) -> None:
        raise FlushTimeoutError

    asking = await stack.connect(nats_server, "gateway")
    async with running(service, settings_for(nats_server, logins)) as process:
        answer = asyncio.create_task(Asker(asking).ask(GetHomeDocuments(), stack.signed(OAKHILL, OAKHILL), deadline=20))
        await asyncio.wait_for(begun.wait(), 20)
        monkeypatch.setattr(process.client, "flush", nothing)
        stopping = asyncio.create_task(process.stop())
        await asyncio.sleep(0.1)  # what does not wait for the request would be over
        go_on.set()
        await stopping
        assert (await answer).items == []
    await asking.close()
    assert await logins.value("SELECT count(*) FROM things WHERE what = 'answered'") == 1


@pytest.mark.parametrize("away", ["nothing", "bus"])
async def test_a_stop_takes_no_longer_than_its_work(servers_folder, nats_server, made_up, away) -> None:
    logins = await made_up("policy")
    service = Service("policy")

    @service.syncs
    async def sync(events: object, transaction: Transaction) -> None: ...

    port, monitor = free_ports(2)
    own = await start_nats(servers_folder / f"own-{away}", port, monitor, stack.bus_users())
    client = await stack.connect(own)
    await stack.empty_streams(client)
    await client.close()
    took = []
    for _ in range(3):  # the best of three: the machine may be busy
        async with running(service, settings_for(own, logins)) as process:
            await asyncio.sleep(0.3)
            if away == "bus":
                await own.kill()
                await asyncio.sleep(0.2)
            started = time.monotonic()
            await process.stop()
            took.append(time.monotonic() - started)
        if away == "bus" or took[-1] < 1:
            break
    assert min(took) < (1 if away == "nothing" else 10)
    await own.stop()


async def test_a_consumer_that_is_not_as_the_contracts_say_stops_the_start(nats_server, ops_client, made_up) -> None:
    settings = settings_for(nats_server, await made_up("documents"))
    durable = "documents-event-identity-accounts_changed"
    await stack.change_consumer(ops_client, durable, max_deliver=3)
    with pytest.raises(Mismatch, match=f"{durable}.*max_deliver"):
        async with running(Service("documents"), settings):
            pass
    await ops_client.jsm().delete_consumer("EVENTS", durable)
    with pytest.raises(Mismatch, match=f"{durable} is missing"):
        async with running(Service("documents"), settings):
            pass
    await stack.empty_streams(ops_client)
    async with running(Service("documents"), settings):
        pass


def fetch(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


async def test_the_small_http_side_says_how_it_is() -> None:
    reasons: list[Exception] = []

    async def ready() -> None:
        if reasons:
            raise reasons[0]

    port = free_port()
    server = WebServer(admin_app(ready), f"127.0.0.1:{port}")
    await server.start()

    async def look(page: str) -> tuple[int, str]:
        return await asyncio.to_thread(fetch, f"http://127.0.0.1:{port}{page}")

    assert await look("/healthz") == (200, "ok\n")
    assert await look("/readyz") == (200, "ok\n")
    status, metrics = await look("/metrics")
    assert status == 200
    assert "portico_requests_seconds" in metrics
    assert (await look("/else"))[0] == 404
    reasons.append(ConnectionError("secret details"))
    assert await look("/readyz") == (503, "not ready: ConnectionError\n")
    await asyncio.wait_for(server.stop(), 20)
    with pytest.raises(OSError):
        await look("/healthz")


async def test_a_port_in_use_is_said_at_the_start() -> None:
    async def ready() -> None: ...

    port = free_port()
    first = WebServer(admin_app(ready), f"127.0.0.1:{port}")
    await first.start()
    try:
        with pytest.raises(OSError):
            await WebServer(admin_app(ready), f"127.0.0.1:{port}").start()
    finally:
        await first.stop()
    again = WebServer(admin_app(ready), f"127.0.0.1:{port}")
    await again.start()
    await again.stop()


def test_settings_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("PORTICO_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PORTICO_NATS_URL", "nats://127.0.0.1:4222")
    monkeypatch.setenv("PORTICO_POOL", "none")
    with pytest.raises(SettingsError) as refused:
        load(ServiceSettings)
    text = str(refused.value)
    assert "PORTICO_NATS_USER: Field required" in text
    assert "PORTICO_POOL: Input should be a valid integer" in text
    assert "PORTICO_NATS_URL" not in text


def test_settings_come_from_files_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    values = {
        "nats_url": "nats://127.0.0.1:4222",
        "nats_user": "documents",
        "nats_password": "from a file",
        "principal_keys": json.dumps({"keys": []}),
        "database_url": "postgresql://a",
        "reader_url": "postgresql://b",
        "relay_url": "postgresql://c",
    }
    for name, value in values.items():
        (tmp_path / f"portico_{name}").write_text(value)
    monkeypatch.setenv("PORTICO_SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("PORTICO_NATS_USER", "notify")
    settings = load(ServiceSettings)
    assert settings.nats_password.get_secret_value() == "from a file"
    assert settings.nats_user == "notify"  # the environment is nearer
