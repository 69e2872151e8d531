"""The pool of connections: never more than it may have, never one that is lost, old, or still in a transaction."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

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


async def test_an_old_connection_is_replaced(pool: Pool, monkeypatch) -> None:
    old = await backend(pool)
    assert await backend(pool) == old
    monkeypatch.setattr(pool_module, "LIFETIME", 0.0)
    await backend(pool)
    monkeypatch.undo()
    assert await backend(pool) != old


async def test_closing_waits_for_nobody_and_leaves_nothing_open(pool: Pool) -> None:
    used = await pool.take()
    await backend(pool)
    await pool.close()
    assert not used.is_closed()
    await pool.give_back(used)
    assert used.is_closed()
