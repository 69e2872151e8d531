"""Logins of the bus: an agency's system comes in by its client credentials, until it ends or they do."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import nats
import nats.errors
import nats.js.errors
import pytest
import pytest_asyncio
from nats.aio.client import Client

from contracts.identity.agencies import AddAgency, AgencyDetails
from contracts.identity.systems import AddSystemOf, ChangeSecretOf, EndSystemOf
from contracts.kinds import Refusal
from kit.bus import Asker
from kit.bus.connection import flush
from kit.migrating.streams import apply_ams_consumer
from ops.stack.nats import NatsServer
from services.identity.app import open_parts
from services.identity.handlers import service
from services.identity.handlers import systems as handlers
from services.identity.settings import IdentitySettings
from services.identity.tables import metadata
from tests import stack

from .bus_logins import EVERYTHING, add, come_in, is_refused
from .conftest import SLUG, Identity


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handlers, "ANSWERED_BY_THEN", 0.05)


@pytest_asyncio.fixture
async def crm(nats_server: NatsServer, identity: Identity) -> AsyncIterator[Client]:
    """A system of Oak Hill's with every scope, on the bus; the consumers of two agencies are there."""
    for agency in (SLUG, "riverside"):
        await apply_ams_consumer(identity.ops, agency)
    made = await add(identity)
    client = await come_in(nats_server, made.system.client_id, made.client_secret)
    yield client
    await client.close()


async def test_only_the_right_secret_of_the_right_system_comes_in(nats_server: NatsServer, identity: Identity) -> None:
    made, other = await add(identity), await add(identity, "phone")
    client_id, secret = made.system.client_id, made.client_secret
    for user, password in (
        (client_id, other.client_secret),
        (client_id, secret[:-1]),
        (client_id, ""),
        (client_id, secret.swapcase()),
        (f"crm_{'riverside'}", secret),
        (f"crm_{'nowhere'}", secret),
        ("crm", secret),
        (f"crm_{SLUG}' OR '1'='1", secret),
        (f"crm_{SLUG}.>", secret),
        ("", ""),
        ("x" * 1000, "y" * 1000),
    ):
        assert await is_refused(nats_server, user, password), (user, password)
    assert await is_refused(nats_server, auth_token=secret)
    assert not await is_refused(nats_server, client_id, secret)


async def test_our_own_processes_are_not_asked_about(nats_server: NatsServer, identity: Identity) -> None:
    """A wrong password of a process is refused by the bus itself, whoever answers."""
    assert await is_refused(nats_server, "policy", "wrong")
    assert not await is_refused(nats_server, "policy", stack.NATS_PASSWORDS["policy"])


async def test_both_secrets_are_good_while_they_change(nats_server: NatsServer, identity: Identity) -> None:
    first = await add(identity)
    ops = Asker(identity.ops)
    second = await ops.ask(ChangeSecretOf(agency=SLUG, name="crm"))
    client_id = first.system.client_id
    for made in (first, second):
        assert not await is_refused(nats_server, client_id, made.client_secret)
    await identity.logins.fetch("UPDATE systems SET old_secret_until = now() - interval '1 second'")
    assert await is_refused(nats_server, client_id, first.client_secret)
    assert not await is_refused(nats_server, client_id, second.client_secret)
    third = await ops.ask(ChangeSecretOf(agency=SLUG, name="crm"))
    fourth = await ops.ask(ChangeSecretOf(agency=SLUG, name="crm"))
    assert await is_refused(nats_server, client_id, second.client_secret)
    assert not await is_refused(nats_server, client_id, third.client_secret)
    assert fourth.system.old_secret_until is not None
    assert timedelta(hours=23) < fourth.system.old_secret_until - fourth.system.secret_made_at <= timedelta(days=1)


async def test_an_ended_system_is_cut_off_and_stays_out(
    nats_server: NatsServer, identity: Identity, crm: Client
) -> None:
    other = await add(identity, "phone")
    stays = await come_in(nats_server, other.system.client_id, other.client_secret)
    await Asker(identity.ops).ask(EndSystemOf(agency=SLUG, name="crm"))
    await stack.eventually(lambda: crm.is_closed or not crm.is_connected)
    assert stays.is_connected and identity.ops.is_connected
    with pytest.raises(Refusal):
        await Asker(identity.ops).ask(EndSystemOf(agency=SLUG, name="crm"))
    await stays.close()


async def test_a_secret_changed_at_once_cuts_off_who_came_in_with_the_old_one(
    nats_server: NatsServer, identity: Identity
) -> None:
    made = await add(identity)
    client = await come_in(nats_server, made.system.client_id, made.client_secret)
    fresh = await Asker(identity.ops).ask(ChangeSecretOf(agency=SLUG, name="crm", at_once=True))
    await stack.eventually(lambda: client.is_closed or not client.is_connected)
    assert await is_refused(nats_server, made.system.client_id, made.client_secret)
    assert not await is_refused(nats_server, made.system.client_id, fresh.client_secret)
    await client.close()


async def test_connections_stay_while_identity_is_away_and_new_ones_wait_for_it(
    nats_server: NatsServer, ops_client: Client, clone: Callable[[str], Awaitable[stack.Logins]]
) -> None:
    logins = await clone("identity")
    await logins.clear()
    settings = stack.identity_settings(nats_server, logins)
    details = AgencyDetails(slug=SLUG, name="Oak Hill Insurance", phone="512-555-0100", email="agent@oakhill.example")
    async with stack.running(service, settings, open_parts, IdentitySettings):
        await Asker(ops_client).ask(AddAgency(details=details))
        made = await Asker(ops_client).ask(AddSystemOf(agency=SLUG, name="crm", scopes=EVERYTHING))
        here = await come_in(nats_server, made.system.client_id, made.client_secret)
    login = {"user": made.system.client_id, "password": made.client_secret}
    assert await is_refused(nats_server, *login.values(), away=True)
    stored = await here.jetstream().publish(f"ams.{SLUG}.account", b"{}")
    assert stored.stream == "AMS"
    waiting = asyncio.ensure_future(
        nats.connect(
            nats_server.url, **login, error_cb=stack.silent, reconnect_time_wait=0.1, max_reconnect_attempts=-1
        )
    )
    async with stack.running(service, settings, open_parts, IdentitySettings):
        there = await waiting
    assert here.is_connected and there.is_connected
    for client in (here, there):
        await client.close()


async def test_no_secret_is_written_anywhere(
    nats_server: NatsServer, identity: Identity, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    heard: list[bytes] = []

    async def note(message: Any) -> None:
        heard.append(message.data)

    await identity.ops.subscribe("$SYS.REQ.USER.AUTH", cb=note)  # whoever may hear everything hears it sealed
    await identity.ops.subscribe("event.>", cb=note)
    await identity.ops.subscribe("job.>", cb=note)
    await flush(identity.ops)
    made = await add(identity)
    assert not await is_refused(nats_server, made.system.client_id, made.client_secret)
    assert await is_refused(nats_server, made.system.client_id, f"{made.client_secret}x")
    await Asker(identity.ops).ask(EndSystemOf(agency=SLUG, name="crm"))
    await stack.eventually(lambda: sum(b"crm_" in data for data in heard))
    secret = made.client_secret
    assert secret not in caplog.text
    assert sum(data.startswith(b"xkv1") for data in heard) == 2
    assert not any(secret.encode() in data for data in heard)
    for table in metadata.sorted_tables:
        rows = await identity.logins.fetch(f"SELECT * FROM {table.name}")
        assert secret not in str(rows) and secret.encode() not in b"".join(
            value for row in rows for value in row.values() if isinstance(value, bytes)
        )
    assert secret not in nats_server.child.log.read_text()
    assert await is_refused(nats_server, secret, made.system.client_id)  # the two mixed up, as people do
    assert secret not in caplog.text
