"""Documents that were drawn and are kept: each once, the newest of its vehicle as the one that holds."""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from contracts.documents.vault import CHUNK, DocumentKind
from kit.database import Transaction
from kit.ids import new_id


@dataclass(frozen=True)
class Draft:
    """A document to keep: what it is, the vehicle it is about, and until when it can hold at most.

    `as_of` is when the agency's system was last heard from that told its facts.
    """

    account: UUID
    kind: DocumentKind
    title: str
    file_name: str
    content_type: str
    policy: UUID
    vehicle: str
    facts_sha256: bytes
    ends_on: date
    as_of: datetime | None = None


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
        " facts_sha256, policy, vehicle, ends_on, as_of)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
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
        draft.as_of,
    )
    await transaction.driver.executemany(
        "INSERT INTO chunks (agency, document, number, bytes) VALUES ($1, $2, $3, $4)",
        [
            (transaction.agency, document, number, content[start : start + CHUNK])
            for number, start in enumerate(range(0, len(content), CHUNK))
        ],
    )
    return document


async def confirm(draft: Draft, document: UUID, transaction: Transaction) -> None:
    """Notes of a document that was made before that its facts still were so when the draft was made."""
    await transaction.driver.execute(
        "UPDATE documents SET as_of = greatest(as_of, $3) WHERE agency = $1 AND id = $2",
        transaction.agency,
        document,
        draft.as_of,
    )


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
