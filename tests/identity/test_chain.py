"""The chain of activity: append-only by rights, one link after the other, the same bytes for everyone who checks."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio

from contracts.identity.activities import Chain, Doer, ReadChain, RecordActivity, What
from kit.database import Database
from kit.ids import new_id
from ops.audit.canonical import canonical
from ops.audit.chain import Check, digest_of
from services.identity.audit import activities, chain
from tests.stack import Logins

ODD = [
    "",
    "plain",
    'a "quoted" \\ text',
    "tab\tline\nreturn\r\b\f\x01\x1f\x7f",
    "Ñandú – 東京 – \u2028 – 😀",
    "</script>",
]
NAME = 'Zoë "Z" O\'Neill 😀'


@pytest_asyncio.fixture
async def logins(clone: Callable[[str], Awaitable[Logins]]) -> Logins:
    return await clone("identity")


@pytest_asyncio.fixture
async def database(logins: Logins, open_database: Callable[[Logins], Database]) -> AsyncIterator[Database]:
    yield open_database(logins)


async def append(database: Database, agency: UUID, count: int = 1, **facts: str) -> None:
    async with database.transaction(agency) as tx:
        for number in range(count):
            doer = Doer(kind="contact", id=str(number), name=NAME, address="192.0.2.7")
            await activities.record(What.SIGNED_IN, doer, tx, account=agency, facts=facts)


async def read(database: Database, agency: UUID, after: int = 0) -> Chain:
    async with database.transaction(agency) as tx:
        return await chain.read(ReadChain(agency="", after=after), tx)


async def test_every_entry_has_the_hash_that_the_canonical_form_gives(database: Database) -> None:
    agency = new_id()
    for text in ODD:
        await append(database, agency, 1, by=text, a=text, Ω="omega")
    part = await read(database, agency)
    assert [link.facts["by"] for link in part.links] == ODD
    assert [link.hash for link in part.links] == [digest_of(link) for link in part.links]
    assert list(Check().follow(part.links)) == []
    assert (part.number, part.hash) == (len(ODD), part.links[-1].hash)


async def test_what_postgresql_cannot_keep_is_left_out_and_long_texts_are_cut(database: Database) -> None:
    agency = new_id()
    await append(database, agency, 1, by="nul\0 lone\ud800", long="x" * 1000)
    (link,) = (await read(database, agency)).links
    assert link.facts == {"by": "nul lone?", "long": "x" * activities.LONGEST}
    assert link.hash == digest_of(link)


async def test_entries_of_many_transactions_at_once_stand_in_one_chain(database: Database) -> None:
    agency = new_id()
    await asyncio.gather(*(append(database, agency, 1 + turn % 3) for turn in range(30)))
    part = await read(database, agency)
    assert [link.number for link in part.links] == list(range(1, 61))
    assert list(Check().follow(part.links)) == []


async def test_what_is_rolled_back_leaves_no_gap(database: Database) -> None:
    agency = new_id()
    await append(database, agency)
    with pytest.raises(ZeroDivisionError):
        async with database.transaction(agency) as tx:
            await activities.record(What.SIGNED_OUT, Doer(kind="portal"), tx)
            raise ZeroDivisionError
    await append(database, agency)
    assert [link.what for link in (await read(database, agency)).links] == ["signed-in", "signed-in"]


async def test_who_waits_for_the_head_holds_it_only_while_it_commits(database: Database) -> None:
    """Whatever a transaction does after it has recorded, it does before it takes the lock that others wait for."""
    agency = new_id()
    await append(database, agency)
    async with database.transaction(agency) as slow:
        await activities.record(What.SIGNED_OUT, Doer(kind="portal"), slow)
        await slow.driver.execute("SELECT 1")
        await asyncio.wait_for(append(database, agency), 10)
    assert [link.what for link in (await read(database, agency)).links] == ["signed-in", "signed-in", "signed-out"]


async def test_chains_of_two_agencies_know_nothing_of_each_other(database: Database) -> None:
    one, other = new_id(), new_id()
    await append(database, one, 2)
    await append(database, other, 1)
    assert [link.agency for link in (await read(database, one)).links] == [one, one]
    async with database.transaction(None) as tx:
        with pytest.raises(asyncpg.PostgresError):  # no agency, no entry
            await tx.driver.execute(activities.APPEND, "x", "{}", None, None, "{}", None)
        await tx.driver.execute("ROLLBACK; BEGIN")


FORBIDDEN = [
    "UPDATE activities SET what = 'nothing'",
    "DELETE FROM activities",
    "TRUNCATE activities",
    "INSERT INTO activities SELECT agency, 99, at, what, doer, account, contact, facts, previous, hash FROM activities",
    "UPDATE activity_heads SET number = 0",
    "UPDATE activity_heads SET hash = ''",
    "DELETE FROM activity_heads",
    "INSERT INTO activity_heads (agency, number, hash) VALUES (gen_random_uuid(), 0, '')",
    "UPDATE signed_heads SET signature = ''",
    "DELETE FROM signed_heads",
    "CREATE OR REPLACE FUNCTION append_activity(text, jsonb, uuid, uuid, jsonb, timestamptz) RETURNS bigint"
    " LANGUAGE sql AS 'SELECT 1::bigint'",
    "ALTER TABLE activities DISABLE ROW LEVEL SECURITY",
]


@pytest.mark.parametrize("role", ["app", "reader", "relay"])
@pytest.mark.parametrize("statement", FORBIDDEN)
async def test_no_login_of_a_process_may_touch_what_was_recorded(
    logins: Logins, database: Database, statement: str, role: str
) -> None:
    agency = new_id()
    await append(database, agency)
    connection = await asyncpg.connect(logins.url(role))
    try:
        await connection.execute(f"SET app.agency = '{agency}'; SET app.account = '{agency}'")
        with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.ReadOnlySQLTransactionError)):
            await connection.execute(statement)
    finally:
        await connection.close()


async def test_a_read_only_session_appends_nothing(database: Database) -> None:
    with pytest.raises(asyncpg.PostgresError):
        async with database.transaction(new_id(), read_only=True) as tx:
            await activities.record(What.SIGNED_IN, Doer(kind="portal"), tx)


async def test_a_job_of_another_service_that_comes_twice_is_recorded_once(database: Database) -> None:
    agency, then = new_id(), datetime(2026, 11, 1, 9, 30, 0, 123456, UTC)
    job = RecordActivity(
        agency=agency,
        id=new_id(),
        what=What.DOCUMENT_OPENED,
        account=new_id(),
        contact=new_id(),
        at=then,
        facts={"title": "ID card: 2021 Toyota RAV4"},
    )
    for _ in range(2):
        async with database.transaction(agency) as tx:
            await activities.record_once(job, tx)
    (link,) = (await read(database, agency)).links
    assert (link.what, link.at, link.facts) == ("document-opened", then, {"title": "ID card: 2021 Toyota RAV4"})
    assert link.hash == digest_of(link)


async def test_what_a_person_could_cause_without_end_is_recorded_seldom(database: Database) -> None:
    agency, account, contact = new_id(), new_id(), new_id()
    for _ in range(5):
        async with database.transaction(agency) as tx:
            doer = Doer(kind="contact", id=str(contact))
            await activities.record_seldom(What.DATA_EXPORTED, doer, tx, account=account, contact=contact)
    assert len((await read(database, agency)).links) == 1


def test_the_canonical_form_is_that_of_rfc_8785() -> None:
    # the example of §3.2.3, whose order is by UTF-16 code units
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    order = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert list(json.loads(canonical(dict.fromkeys(names, "x")))) == order
    assert canonical({"b": [1, None, True], "a": {"é\n\x1f/": "\u20ac"}}) == (
        '{"a":{"é\\n\\u001f/":"\u20ac"},"b":[1,null,true]}'.encode()
    )


@pytest.mark.parametrize("value", [1.5, float("nan"), 2**53 + 1, "\ud800", {"a": "\udfff"}, b"x"])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        canonical(value)
