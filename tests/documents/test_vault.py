"""The vault: bytes in pieces, checked before they leave, behind row-level security."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import date
from hashlib import sha256
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio

from contracts.documents.vault import CHUNK, Document
from contracts.kinds import NotFound
from kit.database import Database
from kit.ids import new_id
from services.documents.vault import contents, drafts, lists
from tests.stack import Logins

ACCOUNT, AGENCY = new_id(), new_id()
DRAFT = drafts.Draft(
    ACCOUNT, "id_card", "ID card", "id-card.pdf", "application/pdf", new_id(), "v-1", b"facts", date(2999, 1, 1)
)


@pytest_asyncio.fixture
async def logins(clone: Callable[[str], Awaitable[Logins]]) -> Logins:
    found = await clone("documents")
    await found.fetch("TRUNCATE documents, chunks, mailings")
    return found


@pytest_asyncio.fixture
async def database(logins: Logins, open_database: Callable[[Logins], Database]) -> AsyncIterator[Database]:
    yield open_database(logins)


async def keep(database: Database, content: bytes, draft: drafts.Draft = DRAFT) -> Document:
    async with database.transaction(AGENCY, ACCOUNT) as transaction:
        document = await drafts.keep(draft, content, transaction)
        return await lists.find(document, ACCOUNT, transaction)


async def read(database: Database, document: Document, offset: int) -> bytes:
    async with database.transaction(AGENCY, ACCOUNT, read_only=True) as transaction:
        return (await contents.read(document, offset, transaction)).chunk


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 9 * CHUNK + 17])
async def test_what_was_kept_comes_back_piece_by_piece(database: Database, size: int) -> None:
    content = os.urandom(size)
    document = await keep(database, content)
    assert (document.size, document.sha256) == (size, sha256(content).hexdigest())
    pieces = []
    while piece := await read(database, document, sum(map(len, pieces))):
        assert len(piece) <= CHUNK
        pieces.append(piece)
    assert b"".join(pieces) == content


async def test_any_offset_may_be_asked_for(database: Database) -> None:
    content = os.urandom(3 * CHUNK)
    document = await keep(database, content)
    for offset in (1, CHUNK - 1, CHUNK, CHUNK + 5, 3 * CHUNK - 1, 3 * CHUNK, 10**18):
        assert await read(database, document, offset) == content[offset : offset + CHUNK]


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE chunks SET bytes = set_byte(bytes, 5, (get_byte(bytes, 5) + 1) % 256) WHERE number = 2",
        "DELETE FROM chunks WHERE number = 1",
        "DELETE FROM chunks",
        "UPDATE documents SET sha256 = '\\x00'",
    ],
)
async def test_damaged_bytes_do_not_leave(database: Database, logins: Logins, damage: str) -> None:
    document = await keep(database, os.urandom(3 * CHUNK))
    await logins.fetch(damage)
    async with database.transaction(AGENCY, ACCOUNT) as transaction:
        document = await lists.find(document.id, ACCOUNT, transaction)
        with pytest.raises(contents.Damaged):
            await contents.read(document, 0, transaction)


async def test_the_same_facts_can_be_kept_only_once(database: Database) -> None:
    await keep(database, b"one")
    with pytest.raises(asyncpg.UniqueViolationError):
        await keep(database, b"two")
    await keep(database, b"three", replace(DRAFT, facts_sha256=b"other"))


async def test_another_account_or_agency_finds_nothing(database: Database) -> None:
    document = await keep(database, b"bytes")
    for agency, account in ((AGENCY, new_id()), (new_id(), ACCOUNT)):
        async with database.transaction(agency, account) as transaction:
            with pytest.raises(NotFound):
                await lists.find(document.id, account, transaction)
            assert (await lists.newest(account, transaction)).items == []


@pytest.mark.parametrize("table", ["accounts", "standings", "documents", "chunks", "mailings"])
async def test_row_level_security_alone_hides_other_agencies_rows(
    database: Database, logins: Logins, table: str
) -> None:
    await keep(database, b"bytes")
    await seed(logins, AGENCY)
    for read_only in (False, True):
        async with database.transaction(AGENCY, read_only=read_only) as transaction:
            assert await transaction.driver.fetchval(f"SELECT count(*) FROM {table}") > 0
        async with database.transaction(new_id(), read_only=read_only) as transaction:
            assert await transaction.driver.fetchval(f"SELECT count(*) FROM {table}") == 0
        with pytest.raises(asyncpg.InvalidTextRepresentationError):
            async with database.transaction(None, read_only=read_only) as transaction:
                await transaction.driver.fetchval(f"SELECT count(*) FROM {table}")


async def seed(logins: Logins, agency: UUID) -> None:
    await logins.fetch(
        "INSERT INTO accounts VALUES ($1, $2, 'a', 1, now(), false, '', '', '', '', '')", agency, new_id()
    )
    await logins.fetch("INSERT INTO standings VALUES ($1, $2, 'a', 1, now(), false)", agency, new_id())
    await logins.fetch(
        "INSERT INTO mailings SELECT agency, $1, account, $1, id, 'p•••@e•••.com' FROM documents", new_id()
    )


async def test_the_reader_cannot_write(database: Database) -> None:
    with pytest.raises((asyncpg.ReadOnlySQLTransactionError, asyncpg.InsufficientPrivilegeError)):
        async with database.transaction(AGENCY, ACCOUNT, read_only=True) as transaction:
            await drafts.keep(DRAFT, b"bytes", transaction)
