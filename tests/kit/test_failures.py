"""What is an outage and what is a message's own fault: the first is waited for, the second ends in quarantine."""

import asyncio
import time
from collections.abc import Callable

import asyncpg
import pytest

from contracts.documents.vault import Documents, GetHomeDocuments
from contracts.kinds import Broken, NotFound, Unavailable
from kit.bus import Asker, Call, Service, failures
from kit.database import Database, Transaction
from ops.stack.ports import free_port
from ops.stack.postgres import start_postgres
from tests import stack
from tests.kit import tables
from tests.kit.messages import OAKHILL
from tests.logins import Templates
from tests.stack import eventually, running, settings_for, signed


@pytest.mark.parametrize(
    ("error", "outage"),
    [
        (ConnectionRefusedError(), True),
        (TimeoutError(), True),
        (Unavailable(retry_after=1), True),
        (asyncpg.CannotConnectNowError(), True),
        (asyncpg.ConnectionDoesNotExistError(), True),
        (asyncpg.DeadlockDetectedError(), True),
        (OSError(28, "No space left on device"), True),
        (asyncpg.InternalClientError("cannot switch to state 12"), True),
        (FileNotFoundError(), False),
        (PermissionError(), False),
        (NotFound(), False),
        (Broken(), False),
        (ValueError(), False),
        (asyncpg.UniqueViolationError(), False),
        (asyncpg.UndefinedTableError(), False),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_outages_are_told_from_faults(error: Exception, outage: bool) -> None:
    assert failures.is_outage(error) is outage


async def wrong_value(transaction: Transaction) -> None:
    await transaction.driver.execute("INSERT INTO things (id, agency, what) VALUES ($1, $2, $3)", 1, OAKHILL, "x")


async def too_large(transaction: Transaction) -> None:
    await transaction.driver.fetch("SELECT $1::int", 1 << 40)


async def twice(transaction: Transaction) -> None:
    row = (OAKHILL, OAKHILL, "x")
    await transaction.driver.executemany("INSERT INTO things (id, agency, what) VALUES ($1, $2, $3)", [row, row])


async def lost(transaction: Transaction) -> None:
    await transaction.driver.execute("SELECT pg_terminate_backend(pg_backend_pid())")


async def slow(transaction: Transaction) -> None:
    await transaction.driver.execute("SET LOCAL statement_timeout = 50")
    await transaction.driver.fetch("SELECT pg_sleep($1)", 5)


@pytest.mark.parametrize(
    ("work", "outage"),
    [
        (wrong_value, False),
        (too_large, False),
        (twice, False),
        (lost, True),
        (slow, True),
    ],
)
async def test_errors_as_the_database_really_raises_them(made_up, open_database, work, outage) -> None:
    """The driver calls a wrong value and a lost connection by the same name."""
    database: Database = open_database(await made_up("documents"))
    try:
        async with database.transaction(OAKHILL) as transaction:
            await work(transaction)
    except Exception as error:
        assert failures.is_outage(error) is outage, repr(error)
    else:
        raise AssertionError("no error")


def test_tries_are_counted_with_growing_distances() -> None:
    waits = [failures.delay(tries) for tries in range(1, 12)]
    assert waits[:5] == [0.5, 1, 2, 4, 8]
    assert waits == sorted(waits)
    assert max(waits) == failures.LONGEST


async def test_without_its_database_a_service_answers_that_it_is_away(nats_server, servers_folder) -> None:
    """And goes on by itself when the database is back."""
    folder, port = servers_folder / "own-postgres", free_port()
    server = await start_postgres(folder, port, "x", durable=False)
    logins = await Templates(server).clone("documents")
    await tables.create(logins)
    service = Service("documents")

    @service.answers(GetHomeDocuments)
    async def list_newest(request: GetHomeDocuments, call: Call) -> Documents:
        async with call.transaction() as transaction:
            await transaction.driver.fetch("SELECT * FROM things")
        return Documents(items=[])

    gateway = await stack.connect(nats_server, "gateway")
    who = signed(OAKHILL, OAKHILL)
    ask: Callable[[], object] = lambda: Asker(gateway).ask(GetHomeDocuments(), who)  # noqa: E731
    async with running(service, settings_for(nats_server, logins)):
        await asyncio.gather(*(ask() for _ in range(8)))
        await server.kill()
        took = []
        for _ in range(3):  # the best of three: the machine may be busy
            started = time.monotonic()
            with pytest.raises(Unavailable):
                await ask()
            took.append(time.monotonic() - started)
        assert min(took) < 2
        server = await start_postgres(folder, port, "x", durable=False)
        assert await asyncio.gather(*(ask() for _ in range(8))) == [Documents(items=[])] * 8
        await eventually(lambda: logins.value("SELECT 1"), 1)
    await gateway.close()
    await server.stop()
