"""Within an agency the database shows a session with an account only that account's rows, whatever the SQL says."""

from collections.abc import AsyncIterator, Awaitable, Callable
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio

from contracts.principal import Kind
from kit.bus import Call
from kit.database import Database
from kit.ids import new_id
from tests import stack
from tests.kit.messages import OAKHILL, RIVERSIDE
from tests.logins import Logins

RIVERA, LEE, ELSEWHERE = new_id(), new_id(), new_id()
EVERYTHING = "SELECT what FROM belongings ORDER BY what"
INSERT = "INSERT INTO belongings (id, agency, account, what) VALUES ($1, $2, $3, $4)"


@pytest_asyncio.fixture
async def database(
    made_up: Callable[[str], Awaitable[Logins]], open_database: Callable[[Logins], Database]
) -> AsyncIterator[Database]:
    """A service's database with a belonging for each of three accounts, two of them in one agency."""
    logins = await made_up("documents")
    await logins.fetch("TRUNCATE belongings")
    opened = open_database(logins)
    for agency, account, what in ((OAKHILL, RIVERA, "car"), (OAKHILL, LEE, "boat"), (RIVERSIDE, ELSEWHERE, "barn")):
        async with opened.transaction(agency) as transaction:
            await transaction.driver.execute(INSERT, new_id(), agency, account, what)
    yield opened


def call_of(database: Database, kind: Kind, account: UUID | None, **changes: Any) -> Call:
    who = stack.principal(OAKHILL, account, kind=kind, **changes)
    return Call(SimpleNamespace(database=database), who)  # type: ignore[arg-type]  # a call needs no more of the bus


async def seen(call: Call) -> list[str]:
    async with call.transaction() as transaction:
        return [row["what"] for row in await transaction.driver.fetch(EVERYTHING)]


@pytest.mark.parametrize("read_only", [False, True], ids=["own session", "read-only view"])
async def test_an_insured_sees_its_own_accounts_rows_only(database: Database, read_only: bool) -> None:
    assert await seen(call_of(database, Kind.CONTACT, RIVERA, read_only=read_only)) == ["car"]
    assert await seen(call_of(database, Kind.CONTACT, LEE, read_only=read_only)) == ["boat"]
    assert await seen(call_of(database, Kind.CONTACT, ELSEWHERE, read_only=read_only)) == []


async def test_a_contact_who_has_opened_no_account_sees_no_rows_of_accounts(database: Database) -> None:
    assert await seen(call_of(database, Kind.CONTACT, None)) == []


async def test_staff_systems_and_the_feed_see_their_whole_agency(database: Database) -> None:
    for kind in (Kind.STAFF, Kind.SYSTEM):
        assert await seen(call_of(database, kind, None)) == ["boat", "car"]
    async with database.transaction(OAKHILL) as transaction:
        assert [row["what"] for row in await transaction.driver.fetch(EVERYTHING)] == ["boat", "car"]


async def test_an_insured_changes_no_row_of_another_account(database: Database) -> None:
    async with call_of(database, Kind.CONTACT, RIVERA).transaction() as transaction:
        assert await transaction.driver.execute("UPDATE belongings SET what = 'wreck'") == "UPDATE 1"
        assert await transaction.driver.execute("DELETE FROM belongings WHERE what <> 'wreck'") == "DELETE 0"
    for statement, values in (
        (INSERT, (new_id(), OAKHILL, LEE, "planted")),
        ("UPDATE belongings SET account = $1", (LEE,)),
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with call_of(database, Kind.CONTACT, RIVERA).transaction() as transaction:
                await transaction.driver.execute(statement, *values)
    assert await seen(call_of(database, Kind.STAFF, None)) == ["boat", "wreck"]


async def test_a_transaction_that_says_nothing_of_accounts_fails(
    database: Database, made_up: Callable[[str], Awaitable[Logins]]
) -> None:
    """A connection past kit.database sets neither; naming the agency alone is not enough."""
    logins = await made_up("documents")
    connection = await asyncpg.connect(logins.url("app"), server_settings={"app.agency": str(OAKHILL)})
    with pytest.raises(asyncpg.UndefinedObjectError):
        await connection.fetch(EVERYTHING)
    await connection.close()


async def test_without_the_second_wall_the_same_query_sees_the_neighbours(
    database: Database, made_up: Callable[[str], Awaitable[Logins]]
) -> None:
    """The negative control."""
    logins = await made_up("documents")
    await logins.fetch("DROP POLICY of_account ON belongings")
    try:
        assert await seen(call_of(database, Kind.CONTACT, RIVERA)) == ["boat", "car"]
    finally:
        await logins.fetch(
            "CREATE POLICY of_account ON belongings AS RESTRICTIVE USING (current_setting('app.account') = ''"
            " OR account = nullif(current_setting('app.account'), '')::uuid)"
        )
