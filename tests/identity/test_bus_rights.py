"""What an agency's system may say and hear on the bus: its own subjects, by its scopes, and nothing of another's."""

import json
from collections.abc import AsyncIterator
from typing import Any

import nats
import nats.errors
import nats.js.errors
import pytest
import pytest_asyncio
from nats.aio.client import Client

from contracts.identity.impersonations import Impersonate
from contracts.principal import Scope
from contracts.streams import ams_durable
from kit.bus.connection import flush
from kit.migrating.streams import apply_ams_consumer
from ops.stack.nats import NatsServer
from services.identity.handlers import systems as handlers
from tests import stack

from .bus_logins import add, come_in, is_refused
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


async def test_a_new_system_publishes_its_feed_at_once(identity: Identity, crm: Client) -> None:
    event = stack.cloud_event("account", "A-1", 1, {"name": "Hargrave household", "number": "7001"})
    stored = await crm.jetstream().publish(f"ams.{SLUG}.account", event)
    assert stored.stream == "AMS"
    await stack.eventually(lambda: identity.logins.value("SELECT count(*) FROM accounts"), 1)


async def test_it_takes_its_own_portal_events_and_no_others(identity: Identity, crm: Client) -> None:
    for agency in (SLUG, "riverside"):
        await identity.ops.jetstream().publish(f"portal.{agency}.signed-in", json.dumps({"for": agency}).encode())
    own = await crm.jetstream().pull_subscribe_bind(ams_durable(SLUG), stream="PORTAL")
    (message,) = await own.fetch(1, timeout=20)
    assert message.subject == f"portal.{SLUG}.signed-in"
    await message.ack_sync(timeout=20)
    other = await crm.jetstream().pull_subscribe_bind(ams_durable("riverside"), stream="PORTAL")
    with pytest.raises(nats.errors.TimeoutError):
        await other.fetch(1, timeout=0.3)
    assert await stack.unsettled(identity.ops, "PORTAL", ams_durable("riverside")) == 1


async def test_it_says_nothing_on_the_subjects_of_others(identity: Identity, crm: Client) -> None:
    heard: list[str] = []

    async def note(message: Any) -> None:
        heard.append(message.subject)

    # what identity has told by itself is past
    await stack.eventually(lambda: identity.logins.value("SELECT count(*) FROM outbox WHERE sent_at IS NULL"), 0)
    await identity.ops.subscribe(">", cb=note)
    await flush(identity.ops)
    foreign = [
        "ams.riverside.account",
        f"ams.{SLUG}",
        f"portal.{SLUG}.signed-in",
        "event.identity.agency_changed",
        "job.identity.disconnect_system",
        "request.identity.list_agencies",
        "request.identity.resolve_session",
        "$SYS.REQ.USER.AUTH",
        "$SYS.REQ.ACCOUNT.PING.CONNZ",
        f"$SYS.REQ.SERVER.{crm._server_info['server_id']}.KICK",
        "$JS.API.STREAM.PURGE.AMS",
        "$JS.API.STREAM.MSG.GET.AMS",
        "_INBOX_identity.x.y",
        "anything",
    ]
    for subject in (*foreign, Impersonate.subject):
        await crm.publish(subject, b"{}")
    await flush(crm)
    await flush(identity.ops)
    await stack.eventually(lambda: Impersonate.subject in heard)
    assert not {subject for subject in heard if subject in foreign}


async def test_it_hears_nothing_but_its_own_inbox(nats_server: NatsServer, identity: Identity) -> None:
    denied: list[str] = []

    async def note(error: Exception) -> None:
        denied.append(str(error).lower())

    made = await add(identity)
    client = await come_in(nats_server, made.system.client_id, made.client_secret, error_cb=note)
    foreign = [
        ">",
        "ams.>",
        f"ams.{SLUG}.>",
        "code.>",
        f"portal.{SLUG}.>",
        "_INBOX.>",
        "_INBOX_ams_oakhill.>",
        "$SYS.>",
    ]
    for subject in foreign:
        await client.subscribe(subject)
    await stack.eventually(lambda: len(denied), len(foreign))
    assert all("permissions violation for subscription" in error for error in denied)
    await client.close()


@pytest.mark.parametrize(
    ("scopes", "publishes", "asks"),
    [((Scope.AMS_PUBLISH,), True, False), ((Scope.IMPERSONATE,), False, True)],
    ids=["publish", "impersonate"],
)
async def test_a_scope_opens_its_own_subjects_only(
    nats_server: NatsServer, identity: Identity, scopes: tuple[Scope, ...], publishes: bool, asks: bool
) -> None:
    made = await add(identity, scopes=scopes)
    client = await come_in(nats_server, made.system.client_id, made.client_secret)
    body = Impersonate(access_token="x", account="A-1", reason="to help").model_dump_json().encode()
    outcomes = []
    for subject, message, wanted in ((f"ams.{SLUG}.account", b"{}", publishes), (Impersonate.subject, body, asks)):
        try:
            await client.request(subject, message, timeout=20 if wanted else 0.5)
            outcomes.append(True)
        except nats.errors.Error:
            outcomes.append(False)
    assert outcomes == [publishes, asks]
    await client.close()


async def test_a_system_for_http_alone_has_no_business_on_the_bus(nats_server: NatsServer, identity: Identity) -> None:
    made = await add(identity, scopes=(Scope.AGENCY_ADMIN,))
    assert await is_refused(nats_server, made.system.client_id, made.client_secret)
