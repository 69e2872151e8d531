"""Documents found and listed, each with whether it still holds."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from contracts.documents.vault import Document, DocumentList, Documents, ListDocuments
from contracts.kinds import NotFound
from kit.database import Transaction
from services.documents.agency_days import day_in

Vehicle = tuple[UUID, str]  # the policy, and the AMS's id of the vehicle within it

ON_HOME = 5
SELECT = """
SELECT d.id, d.policy, d.vehicle, d.kind, d.title,
       d.file_name, d.content_type, d.size, d.sha256, d.made_at, d.as_of, d.ends_on,
       d.superseded_at,
       s.deleted AS policy_deleted, s.void_on, s.account_ams_id <> a.ams_id AS policy_moved,
       g.details ->> 'time_zone' AS time_zone
FROM documents d
LEFT JOIN standings s ON s.agency = d.agency AND s.policy = d.policy
LEFT JOIN accounts a ON a.agency = d.agency AND a.id = d.account
LEFT JOIN agencies g ON g.id = d.agency
WHERE d.agency = $1
"""


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


async def cards_of(vehicles: Collection[Vehicle], account: UUID, tx: Transaction) -> dict[Vehicle, Document]:
    """The newest ID card of each of these vehicles (policy, vehicle) that has one and that still holds."""
    rows = await tx.driver.fetch(
        f"{SELECT} AND d.account = $2 AND d.kind = 'id_card' AND d.superseded_at IS NULL"
        " AND (d.policy, d.vehicle) IN (SELECT * FROM unnest($3::uuid[], $4::text[]))",
        tx.agency,
        account,
        [policy for policy, _ in vehicles],
        [vehicle for _, vehicle in vehicles],
    )
    now = datetime.now(UTC)
    found = {(row["policy"], row["vehicle"]): _document(row, now) for row in rows}
    return {vehicle: document for vehicle, document in found.items() if document.current}


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
        as_of=row["as_of"],
        current=_holds(row, day_in(row["time_zone"], now)),
    )


def _holds(row: Mapping[str, Any], today: date) -> bool:
    """Whether it still holds: the newest of its kind, its term not over, its policy neither void nor gone."""
    if row["superseded_at"] is not None or row["policy_deleted"] or row["policy_moved"]:
        return False
    return bool(today < row["ends_on"] and (row["void_on"] is None or today < row["void_on"]))
