"""Additions: holders that insureds add in the portal, change and take back while the agency has not confirmed them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from contracts.identity.activities import What
from contracts.identity.telling import Action
from contracts.kinds import NotFound
from contracts.policy.holders import Holder, HolderConfirmed, HolderExists, HolderFields, TooManyHolders
from contracts.portal_events import (
    CertificateHolderAdded,
    CertificateHolderChanged,
    CertificateHolderWithdrawn,
    PortalEvent,
)
from contracts.principal import Principal
from kit.agencies import agency_details
from kit.bus.portal_events import leave_portal_event
from kit.database import Transaction
from kit.ids import new_id
from services.policy import tasks
from services.policy.telling import deed_of, record, tell

from . import confirmations, lists
from .likeness import likeness

A_DAY = 1000  # holders that an account may add within 24 hours
TYPED = ("name", "attention", "street", "city", "state", "postal_code", "email")
NAMES = 20  # under which a holder that was changed is still known; the newest count
# those that were taken back count too: else who adds and takes back in turn could have people told without end
LATELY = """
SELECT count(*) AS n, ceil(extract(epoch FROM min(added_at) + interval '1 day' - now()))::int AS seconds
FROM certificate_holders WHERE agency = $1 AND account_ams_id = $2 AND added_at > now() - interval '1 day'
"""
INSERT = f"""
INSERT INTO certificate_holders (id, agency, version, deleted, account_ams_id, {", ".join(TYPED)}, likeness,
  told, addition, added_at, raw)
VALUES ($1, $2, {confirmations.NOT_YET_THE_AMSS}, false, $3, $4, $5, $6, $7, $8, $9, $10, $11, ARRAY[$11::text], $12,
  now(), '{{}}')
"""
CHANGE = """
UPDATE certificate_holders SET name = $3, attention = $4, street = $5, city = $6, state = $7, postal_code = $8,
  email = $9, likeness = $10, told = $11
WHERE agency = $1 AND id = $2
"""
KEPT = """
SELECT id, ams_id IS NULL AND entered_at IS NULL AS waits, addition, name, told FROM certificate_holders
WHERE agency = $1 AND account_ams_id = $2 AND (id = $3 OR portal_id = $3::uuid::text) AND NOT deleted
ORDER BY id = $3 DESC LIMIT 1 FOR UPDATE
"""
WITHDRAW = """
UPDATE certificate_holders SET deleted = true, likeness = '', told = '{}', name = '', attention = '', street = '',
  city = '', state = '', postal_code = '', email = '' WHERE agency = $1 AND id = $2
"""


async def add(account: UUID, fields: HolderFields, who: Principal, tx: Transaction) -> Holder:
    """Adds one holder; raises HolderExists, TooManyHolders."""
    await confirmations.hold(tx)
    ams_account = await account_of(account, tx)
    await refuse_too_many(ams_account, 1, tx)
    if twin := (await twins([fields], ams_account, tx))[0]:
        raise HolderExists(holder=str(twin))
    (holder,) = await keep([fields], ams_account, who, tx)
    await tell(Action.CERTIFICATE_HOLDER_ADDED, deed_of(who, account, holder, None, **facts_of(fields)), tx)
    return await lists.one(account, holder, tx)


async def change(account: UUID, holder: UUID, fields: HolderFields, who: Principal, tx: Transaction) -> Holder:
    """Changes one that waits; raises NotFound, HolderConfirmed, HolderExists where it becomes like another one."""
    await confirmations.hold(tx)
    ams_account = await account_of(account, tx)
    row = await _waiting(ams_account, holder, tx)
    twin = (await twins([fields], ams_account, tx))[0]
    if twin not in (None, row["id"]):
        raise HolderExists(holder=str(twin))
    typed, now = [getattr(fields, name) for name in TYPED], like(fields)
    told = [*(before for before in row["told"] if before != now), now][-NAMES:]
    await tx.driver.execute(CHANGE, tx.agency, row["id"], *typed, now, told)
    event = CertificateHolderChanged(holder=row["id"], account=ams_account, at=_now(), **fields.model_dump())
    await _leave([event], tx)
    deed = deed_of(who, account, row["id"], None, **facts_of(fields))
    record(What.CERTIFICATE_HOLDER_CHANGED, deed, tx)
    if row["addition"] == row["id"]:
        await tasks.renew(Action.CERTIFICATE_HOLDER_ADDED, row["id"], deed.facts, tx)
    return await lists.one(account, row["id"], tx)


async def withdraw(account: UUID, holder: UUID, who: Principal, tx: Transaction) -> None:
    """Takes back one that waits; raises NotFound, HolderConfirmed."""
    await confirmations.hold(tx)
    ams_account = await account_of(account, tx)
    row = await _waiting(ams_account, holder, tx)
    await tx.driver.execute(WITHDRAW, tx.agency, row["id"])
    await _leave([CertificateHolderWithdrawn(holder=row["id"], account=ams_account, at=_now())], tx)
    record(What.CERTIFICATE_HOLDER_WITHDRAWN, deed_of(who, account, row["id"], None, holder=row["name"]), tx)
    await confirmations.settle(row["addition"], tx, "contact")


async def keep(
    several: Sequence[HolderFields], ams_account: str, who: Principal, tx: Transaction, addition: UUID | None = None
) -> list[UUID]:
    """Keeps holders that are known to be new, and tells the agency's system of each; returns our ids of them."""
    ids = [new_id() for _ in several]
    await tx.driver.executemany(
        INSERT,
        [
            (one, tx.agency, ams_account, *(getattr(fields, n) for n in TYPED), like(fields), addition or one)
            for one, fields in zip(ids, several, strict=True)
        ],
    )
    at = _now()
    events = [
        CertificateHolderAdded(holder=one, account=ams_account, at=at, **fields.model_dump())
        for one, fields in zip(ids, several, strict=True)
    ]
    await _leave(events, tx)
    return ids


async def twins(several: Sequence[HolderFields], ams_account: str, tx: Transaction) -> list[UUID | None]:
    """For each the id of a holder that the account has already, with the same name and address."""
    rows = await tx.driver.fetch(
        "SELECT likeness, id FROM certificate_holders WHERE agency = $1 AND account_ams_id = $2 AND NOT deleted"
        " AND likeness = ANY($3) AND likeness <> '' ORDER BY id DESC",
        *(tx.agency, ams_account, [like(fields) for fields in several]),
    )
    known: dict[str, UUID] = {row["likeness"]: row["id"] for row in rows}
    return [known.get(like(fields)) for fields in several]


async def refuse_too_many(ams_account: str, more: int, tx: Transaction) -> None:
    """Raises TooManyHolders when the account may not add so many more today."""
    row = await tx.driver.fetchrow(LATELY, tx.agency, ams_account)
    if row is not None and row["n"] + more > A_DAY:
        raise TooManyHolders(retry_after=max(1, row["seconds"] or 1))


async def account_of(account: UUID, tx: Transaction) -> str:
    """The AMS's id of the account; raises NotFound."""
    ams_id: str | None = await tx.driver.fetchval("SELECT ams_id FROM accounts WHERE id = $1 AND NOT deleted", account)
    if ams_id is None:
        raise NotFound
    return ams_id


def like(fields: HolderFields) -> str:
    """What a holder is compared by."""
    return likeness(fields.name, fields.street, fields.city, fields.state, fields.postal_code)


def facts_of(fields: HolderFields) -> dict[str, str]:
    """What mails, tasks and the activity log say of it."""
    address = f"{fields.street}, {fields.city}, {fields.state} {fields.postal_code}"
    return {"holder": fields.name, "attention": fields.attention, "address": address}


async def _waiting(ams_account: str, holder: UUID, tx: Transaction) -> asyncpg.Record:
    row: asyncpg.Record | None = await tx.driver.fetchrow(KEPT, tx.agency, ams_account, holder)
    if row is None:
        raise NotFound
    if not row["waits"]:
        raise HolderConfirmed
    return row


async def _leave(events: Sequence[PortalEvent], tx: Transaction) -> None:
    agency = await agency_details(tx, tx.agency)
    assert agency is not None
    for event in events:
        leave_portal_event(tx, agency.slug, event)


def _now() -> datetime:
    return datetime.now(UTC)
