"""The pool of connections: never more than it may have, never one that is lost, old, or still in a transaction."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import pytest

from kit import known_types
from kit import pool as pool_module
from kit.pool import Pool

SIZE = 3


@pytest.fixture
async def pool(made_up) -> AsyncIterator[Pool]:
    logins = await made_up("documents")
    pool = Pool(logins.url("app"), SIZE)
    yield pool
    await pool.close()


async def backend(pool: Pool) -> int:
    connection = await pool.take()
    try:
        return connection.get_server_pid()
    finally:
        await pool.give_back(connection)


async def test_it_opens_what_is_needed_and_no_more(pool: Pool) -> None:
    assert await backend(pool) == await backend(pool)
    running = 0
    most = 0

    async def use() -> int:
        nonlocal running, most
        connection = await pool.take()
        running += 1
        most = max(most, running)
        await connection.execute("SELECT pg_sleep(0.01)")
        running -= 1
        await pool.give_back(connection)
        return connection.get_server_pid()

    assert len(set(await asyncio.gather(*(use() for _ in range(20))))) == SIZE
    assert most == SIZE


async def test_who_waits_too_long_is_told(pool: Pool, monkeypatch) -> None:
    taken = [await pool.take() for _ in range(SIZE)]
    monkeypatch.setattr(pool_module, "PATIENCE", 0.05)
    with pytest.raises(TimeoutError):
        await pool.take()
    for connection in taken:
        await pool.give_back(connection)
    assert await backend(pool)


async def test_a_server_that_refuses_takes_no_place(made_up) -> None:
    logins = await made_up("documents")
    refused = Pool(logins.url("app").replace("documents_app", "nobody"), 1)
    for _ in range(3):
        with pytest.raises(asyncpg.PostgresError):
            await refused.take()


async def test_a_transaction_that_was_left_open_goes_to_nobody(pool: Pool) -> None:
    connection = await pool.take()
    left = connection.get_server_pid()
    await connection.execute("BEGIN; SELECT set_config('app.agency', 'somebody', true)")
    await pool.give_back(connection)
    assert connection.is_closed()
    assert await backend(pool) != left


async def test_a_connection_that_was_ended_in_use_is_let_go_of(pool: Pool) -> None:
    for _ in range(SIZE + 1):  # as where a rollback failed; each leaves its place to the next
        connection = await pool.take()
        await connection.execute("BEGIN")
        connection.terminate()
        await pool.give_back(connection)
    assert await backend(pool)
    assert len(pool._opened) == 1


async def test_an_old_connection_is_replaced(pool: Pool, monkeypatch) -> None:
    old = await backend(pool)
    assert await backend(pool) == old
    monkeypatch.setattr(pool_module, "LIFETIME", 0.0)
    await backend(pool)
    monkeypatch.undo()
    assert await backend(pool) != old


async def test_a_good_bye_that_fails_takes_no_place(pool: Pool, monkeypatch) -> None:
    async def fail(connection: known_types.TypesKnown, **_: object) -> None:
        connection.terminate()
        raise asyncpg.InternalClientError("cannot switch to state 12")

    monkeypatch.setattr(known_types.TypesKnown, "close", fail)
    monkeypatch.setattr(pool_module, "LIFETIME", 0.0)
    for _ in range(SIZE + 1):
        assert await backend(pool)
    assert pool._opened == {}
    monkeypatch.setattr(pool_module, "LIFETIME", 60.0)
    assert await backend(pool)
    await pool.close()


async def test_closing_waits_for_nobody_and_leaves_nothing_open(pool: Pool) -> None:
    used = await pool.take()
    await backend(pool)
    await pool.close()
    assert not used.is_closed()
    await pool.give_back(used)
    assert used.is_closed()


async def test_what_a_built_in_type_is_the_server_is_asked_once(pool: Pool, monkeypatch) -> None:
    monkeypatch.setattr(known_types, "_told", {})
    asked: list[list[str]] = []
    for _ in range(2):
        connection = await pool.take()
        queries: list[str] = []
        connection.add_query_logger(lambda record, queries=queries: queries.append(record.query))
        ids = [uuid4(), uuid4()]
        assert await connection.fetchval("SELECT $1::uuid[]", ids) == ids
        assert await connection.fetchval("SELECT $1::uuid[]", ids, timeout=60) == ids
        asked.append([query for query in queries if "typeinfo" in query])
        await connection.close()
        await pool.give_back(connection)
    assert [len(one) for one in asked] == [1, 0]


async def test_a_type_of_ones_own_is_asked_for_in_each_database(made_up, monkeypatch) -> None:
    monkeypatch.setattr(known_types, "_told", {})
    for service, words in (("documents", ["wet", "dry"]), ("notify", ["low", "high"])):
        logins = await made_up(service)
        listed = ", ".join(f"'{word}'" for word in words)
        await logins.fetch(f"CREATE TYPE mood AS ENUM ({listed})")
        pool = Pool(logins.url("app"), 1)
        connection = await pool.take()
        assert await connection.fetchval("SELECT $1::mood[]", words) == words
        await pool.give_back(connection)
        await pool.close()
    assert known_types._told == {}
