"""The vault: documents and their bytes, kept in pieces and checked against their hash before they leave."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from contracts.documents import CHUNK, Content, Document, DocumentKind, DocumentList, Documents, ListDocuments
from contracts.kinds import NotFound
from kit.database import Transaction
from kit.ids import new_id

from .agency_days import day_in

ON_HOME = 5
SELECT = """
SELECT d.id, d.kind, d.title, d.file_name, d.content_type, d.size, d.sha256, d.made_at, d.ends_on, d.superseded_at,
       s.deleted AS policy_deleted, s.void_on, s.account_ams_id <> a.ams_id AS policy_moved,
       g.details ->> 'time_zone' AS time_zone
FROM documents d
LEFT JOIN standings s ON s.agency = d.agency AND s.policy = d.policy
LEFT JOIN accounts a ON a.agency = d.agency AND a.id = d.account
LEFT JOIN agencies g ON g.id = d.agency
WHERE d.agency = $1
"""


class Damaged(Exception):
    """The bytes of a document are not those that were kept."""


@dataclass(frozen=True)
class Draft:
    """A document to keep: what it is, the vehicle it is about, and until when it can hold at most."""

    account: UUID
    kind: DocumentKind
    title: str
    file_name: str
    content_type: str
    policy: UUID
    vehicle: str
    facts_sha256: bytes
    ends_on: date


async def find_same(draft: Draft, transaction: Transaction) -> UUID | None:
    """The document that was made from the same facts."""
    found: UUID | None = await transaction.driver.fetchval(
        "SELECT id FROM documents"
        " WHERE agency = $1 AND account = $2 AND policy = $3 AND vehicle = $4 AND facts_sha256 = $5",
        transaction.agency,
        draft.account,
        draft.policy,
        draft.vehicle,
        draft.facts_sha256,
    )
    return found


async def keep(draft: Draft, content: bytes, transaction: Transaction) -> UUID:
    """Keeps a document with its bytes; returns its id."""
    document = new_id()
    await transaction.driver.execute(
        "INSERT INTO documents (agency, id, account, kind, title, file_name, content_type, size, sha256,"
        " facts_sha256, policy, vehicle, ends_on) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        transaction.agency,
        document,
        draft.account,
        draft.kind,
        draft.title,
        draft.file_name,
        draft.content_type,
        len(content),
        sha256(content).digest(),
        draft.facts_sha256,
        draft.policy,
        draft.vehicle,
        draft.ends_on,
    )
    await transaction.driver.executemany(
        "INSERT INTO chunks (agency, document, number, bytes) VALUES ($1, $2, $3, $4)",
        [
            (transaction.agency, document, number, content[start : start + CHUNK])
            for number, start in enumerate(range(0, len(content), CHUNK))
        ],
    )
    return document


async def supersede_others(draft: Draft, document: UUID, transaction: Transaction) -> None:
    """Makes this document the one that holds among those of its vehicle."""
    await transaction.driver.execute(
        "UPDATE documents SET superseded_at = CASE WHEN id = $5 THEN NULL ELSE now() END"
        " WHERE agency = $1 AND account = $2 AND policy = $3 AND vehicle = $4"
        " AND (id = $5) = (superseded_at IS NOT NULL)",
        transaction.agency,
        draft.account,
        draft.policy,
        draft.vehicle,
        document,
    )


async def find(document: UUID, account: UUID | None, transaction: Transaction) -> Document:
    """A document of the account; of any account of the agency only where one of our own processes asks (None).

    Raises NotFound.
    """
    row = await transaction.driver.fetchrow(
        f"{SELECT} AND d.id = $2 AND ($3::uuid IS NULL OR d.account = $3)", transaction.agency, document, account
    )
    if row is None:
        raise NotFound
    return _document(row, datetime.now(UTC))


async def newest(account: UUID, transaction: Transaction) -> Documents:
    """The account's newest documents, without those that a newer one replaces."""
    rows = await transaction.driver.fetch(
        f"{SELECT} AND d.account = $2 AND d.superseded_at IS NULL ORDER BY d.made_at DESC, d.id DESC LIMIT $3",
        transaction.agency,
        account,
        ON_HOME,
    )
    now = datetime.now(UTC)
    return Documents(items=[_document(row, now) for row in rows])


async def every(wanted: ListDocuments, account: UUID, transaction: Transaction) -> DocumentList:
    """A page of the account's documents, newest first."""
    rows = await transaction.driver.fetch(
        f"{SELECT} AND d.account = $2 AND ($3::uuid IS NULL OR d.id < $3) ORDER BY d.id DESC LIMIT $4",
        transaction.agency,
        account,
        wanted.cursor,
        wanted.limit + 1,
    )
    now = datetime.now(UTC)
    items = [_document(row, now) for row in rows[: wanted.limit]]
    return DocumentList(items=items, cursor=str(items[-1].id) if len(rows) > wanted.limit else None)


async def read(document: Document, offset: int, transaction: Transaction) -> Content:
    """At most CHUNK bytes from `offset`; none beyond the end.

    The first piece leaves only after the whole document was checked against its hash; who reads on has it already and
    checks the whole once more. Raises Damaged.
    """
    chunk = await (_first(document, transaction) if offset == 0 else _further(document, offset, transaction))
    return Content(document=document, offset=offset, chunk=chunk)


async def _first(document: Document, transaction: Transaction) -> bytes:
    first = b""
    seen = sha256()
    pieces = transaction.driver.cursor(
        "SELECT number, bytes FROM chunks WHERE agency = $1 AND document = $2 ORDER BY number",
        transaction.agency,
        document.id,
        prefetch=8,  # a mebibyte at a time, however large the document is
    )
    async for piece in pieces:
        seen.update(piece["bytes"])
        first = first or piece["bytes"]
    if seen.hexdigest() != document.sha256:
        raise Damaged(str(document.id))
    return first


async def _further(document: Document, offset: int, transaction: Transaction) -> bytes:
    number, begin = divmod(offset, CHUNK)
    rows = await transaction.driver.fetch(
        "SELECT bytes FROM chunks WHERE agency = $1 AND document = $2 AND number BETWEEN $3 AND $3 + 1 ORDER BY number",
        transaction.agency,
        document.id,
        min(number, 2**31 - 2),
    )
    return b"".join(row["bytes"] for row in rows)[begin : begin + CHUNK]


def _document(row: Mapping[str, Any], now: datetime) -> Document:
    return Document(
        id=row["id"],
        kind=row["kind"],
        title=row["title"],
        file_name=row["file_name"],
        content_type=row["content_type"],
        size=row["size"],
        sha256=row["sha256"].hex(),
        made_at=row["made_at"],
        current=_holds(row, day_in(row["time_zone"], now)),
    )


def _holds(row: Mapping[str, Any], today: date) -> bool:
    """Whether it still holds: the newest of its kind, its term not over, its policy neither void nor gone."""
    if row["superseded_at"] is not None or row["policy_deleted"] or row["policy_moved"]:
        return False
    return bool(today < row["ends_on"] and (row["void_on"] is None or today < row["void_on"]))
