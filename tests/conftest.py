"""Fixtures that every folder of tests shares: the servers, once a session, and databases, once a module."""

import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
import uvloop
from hypothesis import HealthCheck, settings
from nats.aio.client import Client

from kit import answering
from kit.bus import connection as bus_connection
from kit.database import Database
from ops.stack.nats import NatsServer, start_nats
from ops.stack.ports import free_port, free_ports
from ops.stack.postgres import SUPERUSER, PostgresServer, start_postgres

from . import stack
from .logins import Logins, Templates
from .patience import patience

__all__ = ["patience"]

CHROMIUM = Path("/usr/bin/chromium").exists() or shutil.which("chromium") is not None
AGENCIES = ("oakhill", "riverside")  # agencies whose systems have a user on the bus
# an example is no slower for a machine that stands still meanwhile
settings.register_profile("portico", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("portico")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`./portico test tests/isolation --campaign 1000`: generated requests, a thousand times as many."""
    parser.addoption("--campaign", type=float, default=1.0, help="how many times as many generated requests to send")


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], object]]:
    """Tests run on the event loop that the processes run on."""
    return {"uvloop": uvloop.new_event_loop}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leaves out what needs a browser where there is none."""
    if not CHROMIUM:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason="chromium is not installed"))


@pytest.fixture(scope="session")
def loops_that_ended() -> Iterator[list[str]]:
    """The tests' own process goes on where a service's would end."""
    ended: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answering, "end_process", lambda: ended.append("a loop of a service ended; the log says why"))
        patch.setattr(bus_connection, "end_at_once", lambda: ended.append("a connection to the bus closed for good"))
        yield ended


@pytest.fixture(autouse=True)
def no_loop_ends(loops_that_ended: list[str]) -> Iterator[None]:
    """A service whose relay or reader ends by itself fails the test in which it ran."""
    loops_that_ended.clear()
    yield
    assert not loops_that_ended


@pytest.fixture(scope="session")
def servers_folder() -> Iterator[Path]:
    """A folder that is gone afterwards and that PostgreSQL's unprivileged user can reach."""
    folder = Path(tempfile.mkdtemp(prefix="portico-tests-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest_asyncio.fixture(scope="session")
async def nats_server(servers_folder: Path) -> AsyncIterator[NatsServer]:
    """NATS with a limited user per process and the streams of the contracts, without a sync for each message."""
    port, monitor_port = free_ports(2)
    users = stack.bus_users(*AGENCIES)
    server = await start_nats(servers_folder / "nats", port, monitor_port, users, stack.CALLOUT, durable=False)
    client = await stack.connect(server)
    await stack.empty_streams(client)
    await client.close()
    yield server
    await server.stop()


@pytest_asyncio.fixture(scope="session")
async def postgres_server(servers_folder: Path) -> AsyncIterator[PostgresServer]:
    """PostgreSQL without fsync, and with passwords that cost nothing to check: tests log in some 10,000 times."""
    password = "of-the-superuser"
    server = await start_postgres(servers_folder / "postgres", free_port(), password, durable=False)
    connection = await asyncpg.connect(server.dsn())
    if connection.get_server_version().major >= 16:
        await connection.execute(f"SET scram_iterations = 1; ALTER ROLE {SUPERUSER} PASSWORD '{password}'")
        await connection.execute(f"ALTER ROLE {SUPERUSER} SET scram_iterations = 1")  # who makes all other logins
    await connection.close()
    yield server
    await server.child.stop(signal.SIGQUIT, 10)  # its data is thrown away


@pytest_asyncio.fixture(scope="session")
async def templates(postgres_server: PostgresServer) -> AsyncIterator[Templates]:
    """Migrated databases to clone from."""
    made = Templates(postgres_server)
    yield made
    await made.close()


@pytest_asyncio.fixture(scope="module")
async def clone(templates: Templates) -> AsyncIterator[Callable[[str], Awaitable[Logins]]]:
    """`await clone("identity")`: this module's own database of a service, at its newest step."""
    made: dict[str, Logins] = {}

    async def of_service(service: str) -> Logins:
        if service not in made:
            made[service] = await templates.clone(service)
        return made[service]

    yield of_service
    for logins in made.values():
        await logins.close()


@pytest_asyncio.fixture
async def open_database() -> AsyncIterator[Callable[[Logins], Database]]:
    """`open_database(logins)`: the database as a service opens it, closed after the test."""
    opened: list[Database] = []

    def of_logins(logins: Logins) -> Database:
        opened.append(logins.open())
        return opened[-1]

    yield of_logins
    for database in opened:
        await database.close()


@pytest_asyncio.fixture
async def ops_client(nats_server: NatsServer) -> AsyncIterator[Client]:
    """A connection that may do everything, on a bus with nothing in its streams."""
    client = await stack.connect(nats_server)
    await stack.empty_streams(client)
    yield client
    await client.close()
