"""What the gateway remembers, and when it forgets it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest_asyncio
from nats.aio.client import Client

from contracts.identity.agencies import AgencyChanged, AgencyDetails
from contracts.identity.sessions import SessionEnded
from gateway.freshness import Memory
from kit.bus.connection import flush
from ops.stack.nats import NatsServer

from .. import stack
from . import portal_samples as samples
from .conftest import Gateway
from .services import OTHER, World


@pytest_asyncio.fixture
async def identity(nats_server: NatsServer) -> AsyncIterator[Client]:
    """Identity's own connection, to tell events."""
    client = await stack.connect(nats_server, "identity")
    yield client
    await client.close()


async def tell(client: Client, gateway: Gateway, event: SessionEnded | AgencyChanged) -> None:
    """Tells an event, and waits until it has come to the gateway."""
    await client.publish(event.subject, event.model_dump_json().encode())
    await flush(client)
    await flush(gateway.client)


async def test_session_is_resolved_once_and_forgotten_when_it_ends(
    insured: httpx.AsyncClient, gateway: Gateway, world: World, identity: Client
) -> None:
    for _ in range(3):
        assert (await insured.get("/demo/")).status_code == 200
    assert world.asked.count("ResolveSession") == 1
    assert world.asked.count("FindAgency") == 1
    (session,) = world.sessions.values()
    world.sessions.clear()
    assert (await insured.get("/demo/")).status_code == 200  # nobody has told the gateway yet
    await tell(identity, gateway, SessionEnded(agency=samples.AGENCY.id, sid=session.sid))
    await stack.eventually(lambda: _status(insured), 303)


async def test_session_of_someone_else_that_ends_changes_nothing(
    insured: httpx.AsyncClient, gateway: Gateway, world: World, identity: Client
) -> None:
    await insured.get("/demo/")
    await tell(identity, gateway, SessionEnded(agency=samples.AGENCY.id, sid=OTHER.id))
    await insured.get("/demo/")
    assert world.asked.count("ResolveSession") == 1


async def test_session_is_resolved_again_before_its_principal_is_over(gateway: Gateway, world: World) -> None:
    token = world.sign_in(good_until=datetime.now(UTC) + timedelta(seconds=5))
    async with gateway.browser(cookies={"sid": token}) as browser:
        await browser.get("/demo/")
        await browser.get("/demo/")
    assert world.asked.count("ResolveSession") == 2


async def test_lost_connection_forgets_everything(insured: httpx.AsyncClient, gateway: Gateway, world: World) -> None:
    await insured.get("/demo/")
    world.sessions.clear()  # and the event that says so is missed
    assert gateway.client._transport is not None
    gateway.client._transport.close()
    await stack.eventually(lambda: gateway.client.stats["reconnects"] == 1 and gateway.client.is_connected)
    assert (await insured.get("/demo/")).status_code == 303
    assert world.asked.count("FindAgency") == 2


async def test_agency_that_changed_is_asked_for_again(
    visitor: httpx.AsyncClient, gateway: Gateway, world: World, identity: Client
) -> None:
    assert samples.AGENCY.name.partition(" &")[0] in (await visitor.get("/demo/sign-in")).text
    renamed = samples.AGENCY.model_copy(update={"name": "Harbor and Oak Insurance"})
    world.agencies["demo"] = renamed
    details = AgencyDetails(**renamed.model_dump(exclude={"id"}))
    await tell(identity, gateway, AgencyChanged(agency=renamed.id, version=2, details=details))
    await stack.eventually(lambda: _shows(visitor, "/demo/sign-in", "Harbor and Oak Insurance"))


async def test_agency_that_was_added_is_found(
    visitor: httpx.AsyncClient, gateway: Gateway, world: World, identity: Client
) -> None:
    for _ in range(3):
        assert (await visitor.get("/lakeside/sign-in")).status_code == 404
    assert world.asked.count("FindAgency") == 1
    added = samples.AGENCY.model_copy(update={"slug": "lakeside", "name": "Lakeside Insurance"})
    world.agencies["lakeside"] = added
    details = AgencyDetails(**added.model_dump(exclude={"id"}))
    await tell(identity, gateway, AgencyChanged(agency=added.id, version=1, details=details))
    await stack.eventually(lambda: _shows(visitor, "/lakeside/sign-in", "Lakeside Insurance"))


async def _status(browser: httpx.AsyncClient) -> int:
    return (await browser.get("/demo/")).status_code


async def _shows(browser: httpx.AsyncClient, path: str, text: str) -> bool:
    return text in (await browser.get(path)).text


@dataclass
class Line:
    """A bus connection's state, as the memory looks at it."""

    is_connected: bool = True
    stats: dict[str, int] = field(default_factory=lambda: {"reconnects": 0})


def memory(line: Any, limit: int = 2) -> Memory[str, int]:
    return Memory(line, limit)


def test_answer_that_was_overtaken_by_an_event_is_not_kept() -> None:
    known = memory(Line())
    stamp = known.stamp()
    known.drop("something")
    known.keep("a", 1, stamp)
    assert known.get("a") is None
    known.keep("a", 1, known.stamp())
    assert known.get("a") == 1


def test_answer_from_before_a_lost_connection_is_not_kept() -> None:
    line = Line()
    known = memory(line)
    stamp = known.stamp()
    line.stats["reconnects"] += 1
    known.keep("a", 1, stamp)
    assert known.get("a") is None


def test_nothing_is_believed_while_disconnected() -> None:
    line = Line()
    known = memory(line)
    known.keep("a", 1, known.stamp())
    line.is_connected = False
    assert known.get("a") is None
    line.is_connected = True
    assert known.get("a") is None


def test_least_used_goes_first() -> None:
    known = memory(Line())
    for name in ("a", "b"):
        known.keep(name, 1, known.stamp())
    known.get("a")
    known.keep("c", 1, known.stamp())
    assert [known.get(name) for name in ("a", "b", "c")] == [1, None, 1]
