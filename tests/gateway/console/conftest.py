"""A console with the real identity behind it, and what documents and notify would say: how tests come in."""

import contextlib
import re
from collections.abc import AsyncIterator
from html import unescape
from typing import Any

import httpx
import pytest
import pytest_asyncio

from contracts.documents.feed import ListHeldRemovals
from contracts.documents.id_cards import IdCardOptions, IdCardRefused, IdCardSent, ListContactIdCards, SendIdCard
from contracts.held_removals import HeldRemovals
from contracts.notify import DeliveryReport, DeliveryReports, ListDeliveries
from gateway import app
from gateway.cookies import FLOW_LIFETIME, Flow
from gateway.sealing import Seal
from kit.bus import Asker, Call, Service
from kit.bus.call import Bus
from kit.bus.connection import flush
from kit.bus.requests import RequestServer
from kit.ids import new_id
from kit.principal import PrincipalVerifier, public_set
from ops.stack.nats import NatsServer
from tests.identity.conftest import SLUG, Identity, account, contact, identity, own_settings  # noqa: F401 - fixtures
from tests.identity.crew import Crew, Worker

from ... import stack
from .. import portal_samples as samples
from ..conftest import Gateway, renderer, settings_for

DOMAIN = "localhost.local"
REPORT = DeliveryReport(
    id=new_id(),
    kind="identification_code",
    channel="email",
    sent_to="p•••@e•••.com",
    state="bounced",
    reason="mailbox_full",
    made_at=samples.NOW,
    settled_at=samples.NOW,
)


def documents_and_notify() -> tuple[Service, Service]:
    """What the two say about any contact: two cards that can be sent and two that cannot, a code that bounced."""
    documents, notify = Service("documents"), Service("notify")

    @documents.answers(ListHeldRemovals)
    async def held(request: ListHeldRemovals, call: Call) -> HeldRemovals:
        return HeldRemovals(items=[])

    @documents.answers(ListContactIdCards)
    async def options(request: ListContactIdCards, call: Call) -> IdCardOptions:
        found = [one for one in samples.ID_CARDS.items if request.q.lower() in one.vehicle_name.lower()]
        return samples.ID_CARDS.model_copy(update={"items": found, "total": len(found)})

    @documents.answers(SendIdCard)
    async def card(request: SendIdCard, call: Call) -> IdCardSent:
        option = next(one for one in samples.ID_CARDS.items if one.vehicle == request.vehicle)
        if not option.available:
            raise IdCardRefused(reason=option.reason)
        return IdCardSent(document=samples.document(1, "ID card"), sent_to="p•••@e•••.com")

    @notify.answers(ListDeliveries)
    async def deliveries(request: ListDeliveries, call: Call) -> DeliveryReports:
        return DeliveryReports(items=[REPORT])

    return documents, notify


@contextlib.asynccontextmanager
async def beside(server: NatsServer, *services: Service) -> AsyncIterator[None]:
    """Services on the bus that need no database to answer."""
    verifier = PrincipalVerifier(public_set(stack.SIGNING_KEY))
    async with contextlib.AsyncExitStack() as opened:
        for service in services:
            client = await stack.connect(server, service.name)
            opened.push_async_callback(client.close)
            bus = Bus(None, client, Asker(client), None)  # type: ignore[arg-type]  # no handler opens a transaction
            requests = RequestServer(service, bus, verifier, 64)
            await requests.start()
            opened.push_async_callback(requests.drain)
        yield


@pytest_asyncio.fixture
async def crew(identity: Identity) -> Crew:  # noqa: F811
    known = Crew(identity)
    await known.listen()
    return known


@pytest_asyncio.fixture
async def door(crew: Crew, nats_server: NatsServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Gateway]:
    """A gateway before the real identity."""
    monkeypatch.setattr(app, "Renderer", renderer)
    settings = settings_for(nats_server)
    client = await stack.connect(nats_server, "gateway")
    async with beside(nats_server, *documents_and_notify()), app.open_web(settings, client, Asker(client)) as opened:
        await flush(client)
        yield Gateway(opened, client, settings.public_url)
    await client.close()


def of(door: Gateway, worker: Worker, **options: Any) -> httpx.AsyncClient:
    """A browser that is in the console."""
    browser = door.browser(**options)
    browser.cookies.set("staff", worker.token, domain=DOMAIN)
    return browser


async def on_the_way(door: Gateway, entry: str, wanted: str = "") -> httpx.AsyncClient:
    """A browser that has proven the first factor."""
    seal = Seal(tuple(key.encode() for key in ("of-the-gateway-in-tests-0123456789",)))
    flow = Flow(id="f" * 22, agency=SLUG, staff_entry=entry, staff_next=wanted)
    browser = door.browser()
    browser.cookies.set("flow", seal.close("flow", flow, FLOW_LIFETIME), domain=DOMAIN)
    return browser


async def household(crew: Crew) -> None:
    await crew.identity.publish("account", "A1", 1, account("Rivera household", "1001"))
    await crew.identity.publish("contact", "C1", 1, contact("A1", "pat@example.com"))
    ben = contact("A1", "ben@example.com", role="additional", first_name="Ben", last_name="Bo", access=True)
    await crew.identity.publish("contact", "C2", 1, ben)


def links(page: httpx.Response) -> set[str]:
    found = re.findall(r'<a [^>]*href="(/[^"#]*)', page.text)
    return {unescape(link) for link in found if link.startswith(f"/{SLUG}/console")}
