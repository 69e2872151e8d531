"""Transactions: of one agency only, committed or not at all, and not stopped for long by a lost connection."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import asyncpg
import pytest

from kit import database as database_module
from kit import pool as pool_module
from kit.database import IDLE_IN_TRANSACTION_MS, Database, NotCommitted, Transaction
from kit.ids import new_id
from tests.kit.messages import OAKHILL, RIVERSIDE, keep
from tests.logins import Logins
from tests.stack import eventually

Open = Callable[[Logins], Database]
MadeUp = Callable[[str], Awaitable[Logins]]


async def seen(database: Database, agency: object) -> set[str]:
    async with database.transaction(agency) as transaction:
        return {row["what"] for row in await transaction.driver.fetch("SELECT what FROM things")}


async def test_an_agency_never_sees_or_writes_anothers_rows(made_up: MadeUp, open_database: Open) -> None:
    database = open_database(await made_up("documents"))
    async with database.transaction(OAKHILL) as transaction:
        await keep("oak", transaction)
    async with database.transaction(RIVERSIDE) as transaction:
        await keep("river", transaction)
    assert await seen(database, OAKHILL) == {"oak"}
    assert await seen(database, RIVERSIDE) == {"river"}
    async with database.transaction(RIVERSIDE) as transaction:
        assert await transaction.driver.execute("UPDATE things SET what = 'taken'") == "UPDATE 1"
        assert await transaction.driver.execute("DELETE FROM things WHERE what = 'oak'") == "DELETE 0"
        assert [row["what"] for row in await transaction.driver.fetch("SELECT what FROM things")] == ["taken"]
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.transaction(RIVERSIDE) as transaction:
            await transaction.driver.execute(
                "INSERT INTO things (id, agency, what) VALUES ($1, $2, 'planted')", new_id(), OAKHILL
            )
    assert await seen(database, OAKHILL) == {"oak"}


async def test_without_row_level_security_the_same_query_sees_everything(made_up: MadeUp, open_database: Open) -> None:
    """The negative control: the table that has no policy."""
    database = open_database(await made_up("documents"))
    for agency in (OAKHILL, RIVERSIDE):
        async with database.transaction(agency) as transaction:
            await transaction.driver.execute("INSERT INTO unguarded VALUES ($1, $2)", new_id(), agency)
    async with database.transaction(RIVERSIDE) as transaction:
        assert await transaction.driver.fetchval("SELECT count(DISTINCT agency) FROM unguarded") == 2


@pytest.mark.parametrize("used_before", [False, True], ids=["new-connection", "used-connection"])
async def test_without_an_agency_a_query_errs(made_up: MadeUp, open_database: Open, used_before: bool) -> None:
    """After a first transaction the setting reads as an empty string, not as null: it must fail then too."""
    logins = await made_up("documents")
    database = open_database(logins)
    if used_before:
        await seen(database, OAKHILL)
    for statement in ("SELECT * FROM things", "DELETE FROM things", "SELECT count(*) FROM things"):
        with pytest.raises(asyncpg.DataError):
            async with database.transaction(None) as transaction:
                await transaction.driver.execute(statement)
    owner = await asyncpg.connect(logins.url("owner"))
    with pytest.raises(asyncpg.PostgresError):
        await owner.fetch("SELECT * FROM things")  # forced: the owner of the tables sees nothing either
    await owner.close()


async def test_logins_can_do_their_own_work_only(made_up: MadeUp) -> None:
    logins = await made_up("documents")
    refused = {
        "app": ["SELECT * FROM outbox", "DELETE FROM inbox", "DELETE FROM quarantine", "CREATE TABLE x (i int)"],
        "reader": ["INSERT INTO unguarded VALUES (gen_random_uuid(), gen_random_uuid())", "SELECT * FROM outbox"],
        "relay": ["SELECT * FROM things", "SELECT * FROM agencies"],
    }
    for role, statements in refused.items():
        connection = await asyncpg.connect(logins.url(role), server_settings={"app.agency": str(OAKHILL)})
        for statement in statements:
            with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.ReadOnlySQLTransactionError)):
                await connection.execute(statement)
        await connection.close()


async def test_an_error_rolls_everything_back(made_up: MadeUp, open_database: Open) -> None:
    database = open_database(await made_up("documents"))
    before = await seen(database, OAKHILL)
    with pytest.raises(LookupError):
        async with database.transaction(OAKHILL) as transaction:
            await keep("half", transaction)
            transaction.leave("event.documents.id_card_issued", b"{}")
            raise LookupError
    assert await seen(database, OAKHILL) == before
    assert not database.outbox_written.is_set()


async def test_a_swallowed_error_is_no_commit(made_up: MadeUp, open_database: Open) -> None:
    """PostgreSQL answers COMMIT with a rollback and no error where a statement failed before."""
    database = open_database(await made_up("documents"))
    with pytest.raises(NotCommitted):
        async with database.transaction(OAKHILL) as transaction:
            await keep("lost", transaction)
            with pytest.raises(asyncpg.PostgresError):
                await transaction.driver.execute("SELECT 1 / 0")
    assert "lost" not in await seen(database, OAKHILL)


async def test_a_cancelled_transaction_leaves_a_clean_connection(made_up: MadeUp, open_database: Open) -> None:
    """A handler is cancelled at its deadline, also in the middle of a statement."""
    logins = await made_up("documents")
    database = open_database(logins)

    async def hang() -> None:
        async with database.transaction(OAKHILL) as transaction:
            await keep("cancelled", transaction)
            await transaction.driver.execute("SELECT pg_sleep(20)")

    for _ in range(6):  # more than the pool has
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await hang()
    async with asyncio.timeout(15):  # none of them is still asleep
        assert "cancelled" not in await seen(database, OAKHILL)
    open_ones = "SELECT count(*) FROM pg_stat_activity WHERE datname = $1 AND state LIKE 'idle in transaction%'"
    # one that was cut off the server may not have noticed yet; one of the pool's would stay
    await eventually(lambda: logins.value(open_ones, logins.database), 0, within=IDLE_IN_TRANSACTION_MS / 2000)


@pytest.mark.parametrize("protected", [True, False], ids=["portico", "plain-pool"])
async def test_connections_that_the_server_closed_are_replaced(
    made_up: MadeUp, open_database: Open, monkeypatch, protected
) -> None:
    if not protected:
        monkeypatch.setattr(pool_module, "is_lost", lambda _: False)
    logins = await made_up("documents")
    database = open_database(logins)
    await asyncio.gather(*(database.ping() for _ in range(4)))
    kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND usename = 'documents_app'"
    await logins.fetch(kill, logins.database)
    await eventually(lambda: all(connection.is_closed() for connection in database._app._free))
    answers = await asyncio.gather(*(database.ping() for _ in range(4)), return_exceptions=True)
    assert (answers == [None] * 4) is protected, answers


async def test_a_connection_lost_in_the_middle_fails_once(made_up: MadeUp, open_database: Open) -> None:
    database = open_database(await made_up("documents"))

    async def lose(transaction: Transaction) -> None:
        await transaction.driver.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    for _ in range(6):
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
            async with database.transaction(OAKHILL) as transaction:
                await lose(transaction)
    await database.ping()


async def test_a_statement_that_takes_too_long_is_stopped(made_up: MadeUp, open_database: Open, monkeypatch) -> None:
    monkeypatch.setattr(database_module, "STATEMENT_TIMEOUT_MS", 200)
    database = open_database(await made_up("documents"))
    database._app._options["command_timeout"] = 60  # the driver's own limit comes a second later, if at all
    with pytest.raises(asyncpg.QueryCanceledError):
        async with database.transaction(OAKHILL) as transaction:
            await transaction.driver.execute("SELECT pg_sleep(20)")

    async def goes_on() -> bool:
        with contextlib.suppress(asyncpg.QueryCanceledError):  # on a machine that stands still so long
            await database.ping()
            return True
        return False

    await eventually(goes_on)


async def test_json_travels_as_text(made_up: MadeUp, open_database: Open) -> None:
    database = open_database(await made_up("documents"))
    async with database.transaction(OAKHILL) as transaction:
        assert await transaction.driver.fetchval("SELECT '{\"a\": 1}'::jsonb") == '{"a": 1}'
