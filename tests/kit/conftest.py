"""Fixtures of the kit's tests: a made-up service's database, and events, jobs and requests of the contracts."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from nats.aio.client import Client

from contracts.identity.agencies import AgencyChanged, AgencyDetails
from kit.agencies import keep_agency
from kit.bus import failures
from ops.stack.nats import NatsServer
from tests import stack
from tests.logins import Logins, Templates

from . import tables
from .book import AGENCIES

MadeUp = Callable[[str], Awaitable[Logins]]


@pytest_asyncio.fixture(scope="module")
async def made_up(templates: Templates) -> MadeUp:
    """`await made_up("documents")`: this module's own database of a service, with the made-up tables."""
    made: dict[str, Logins] = {}

    async def of_service(service: str) -> Logins:
        if service not in made:
            made[service] = await templates.clone(service)
            await tables.create(made[service])
        return made[service]

    return of_service


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries follow at once: what is tested is what happens after them."""
    monkeypatch.setattr(failures, "delay", lambda tries: 0.01)


@pytest_asyncio.fixture(scope="module")
async def directory(made_up: MadeUp) -> Logins:
    """policy's database with two agencies in its directory."""
    logins = await made_up("policy")
    database = logins.open()
    for slug, key in AGENCIES.items():
        details = AgencyDetails(slug=slug, name=slug, phone="555-0100", email=f"office@{slug}.example.com")
        async with database.transaction(key) as transaction:
            await keep_agency(AgencyChanged(agency=key, version=1, details=details), transaction)
    await database.close()
    return logins


@pytest_asyncio.fixture
async def book(directory: Logins, ops_client: Client) -> Logins:
    """The same with nothing kept, and nothing in the streams."""
    await directory.clear("things", "quarantine", "inbox", "outbox")
    return directory


@pytest_asyncio.fixture
async def oakhill(nats_server: NatsServer) -> AsyncIterator[Client]:
    """Oak Hill's own agency system on the bus."""
    client = await stack.connect(nats_server, "ams_oakhill")
    yield client
    await client.close()
