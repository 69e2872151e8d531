"""The AMS's accounts and contacts: the newest version of each wins, whatever the order of arrival."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg

from contracts import ams
from contracts.identity.activities import Doer
from contracts.identity.contacts import AccountsChanged, ChangedAccount
from contracts.identity.feed import CarryOutRemoval
from kit import bulletins
from kit.bus import FeedEvent
from kit.bus.sweeps import Sweep, Sweeper, Sweeping
from kit.database import Transaction
from kit.entities import Entities
from kit.feed_batches import Batch
from services.identity import impersonations
from services.identity.access import endings
from services.identity.access.endings import Ended
from services.identity.staff import admins

ACCOUNTS = Entities(
    ams.Account.kind,
    "accounts",
    dict.fromkeys(("name", "number", "type", "street", "city", "state", "postal_code"), "text"),
    "id, version, clock_timestamp() AS changed_at, name, street, city, state, postal_code",
)
CONTACTS = Entities(
    ams.Contact.kind,
    "contacts",
    {
        "account_ams_id": "text",
        "role": "text",
        "first_name": "text",
        "last_name": "text",
        "email": "text",
        "mobile": "text",
        "phone": "text",
        "ams_access": "boolean",
        "access": "boolean",
        "language": "text",
    },
    "id, email, role, access, account_ams_id",
    # the AMS's toggle counts only when the AMS changed it, so that a staff member's is not undone by the next sync
    {"access": "CASE WHEN excluded.ams_access <> t.ams_access THEN excluded.ams_access ELSE t.access END"},
)
GONE_ACCOUNT = ams.Account(name="–", number="")
GONE_CONTACT = ams.Contact(account="–", role="additional", last_name="–")

# whose account was gone before had lost it then
HAD_ACCESS = "c.email <> '' AND (c.role = 'primary' OR c.access) AND NOT coalesce(a.deleted, false)"
BEFORE = f"""
SELECT c.id, c.email, c.account_ams_id, a.id AS account
FROM contacts c LEFT JOIN accounts a ON a.agency = c.agency AND a.ams_id = c.account_ams_id
WHERE c.agency = $1 AND c.ams_id = ANY($2) AND NOT c.deleted AND {HAD_ACCESS}
ORDER BY c.ams_id FOR UPDATE OF c
"""
OF_GONE_ACCOUNTS = """
SELECT c.id AS contact, a.id AS account, c.email, c.email <> '' AND (c.role = 'primary' OR c.access) AS had_access
FROM accounts a JOIN contacts c ON c.agency = a.agency AND c.account_ams_id = a.ams_id AND NOT c.deleted
WHERE a.id = ANY($1)
"""
GONE_CONTACTS = f"""
SELECT c.id AS contact, a.id AS account, c.email, {HAD_ACCESS} AS had_access
FROM contacts c LEFT JOIN accounts a ON a.agency = c.agency AND a.ams_id = c.account_ams_id
WHERE c.id = ANY($1)
"""

THE_AMS = Doer(kind="ams")


async def apply(events: Sequence[FeedEvent], tx: Transaction) -> None:
    """Applies a batch of one agency; older versions than what we have are superseded and counted."""
    batch = Batch(events, (ACCOUNTS, CONTACTS), tx)
    await batch.begin()
    await _tell(await batch.keep(ACCOUNTS, _account), tx)
    await _keep_contacts(batch, tx)
    await batch.end("identity", SWEEPING)


async def _tell(rows: Sequence[asyncpg.Record], tx: Transaction) -> None:
    if gone := [row["id"] for row in rows if row["deleted"]]:
        await _end(await tx.driver.fetch(OF_GONE_ACCOUNTS, gone), tx)
    changed = [ChangedAccount(**{**row, "account": row["id"]}) for row in rows]
    bulletins.tell(changed, lambda some: AccountsChanged(agency=tx.agency, accounts=list(some)), tx)


async def _keep_contacts(batch: Batch, tx: Transaction) -> None:
    told = [event.ams_id for event in batch.events if event.kind == CONTACTS.kind]
    if not told:
        return
    before = {row["id"]: row for row in await tx.driver.fetch(BEFORE, tx.agency, told)}
    kept = await batch.keep(CONTACTS, _contact)
    ended = [_ended(before[row["id"]], row) for row in kept if row["id"] in before]
    await endings.end([one for one in ended if one], THE_AMS, tx)
    if gone := [row["id"] for row in kept if row["deleted"]]:
        await impersonations.end_of_contacts(gone, tx)


def _ended(before: asyncpg.Record, now: asyncpg.Record) -> Ended | None:
    """What a contact that had access lost by its change, if anything."""

    def because(reason: endings.Reason) -> Ended:
        return Ended(now["id"], before["account"], before["email"], reason)

    if now["deleted"] or now["account_ams_id"] != before["account_ams_id"]:
        return because("deleted")
    if now["email"].lower() != before["email"].lower():
        return because("email")
    return None if now["role"] == "primary" or now["access"] else because("toggle")


async def _sweep_accounts(complete: Sweep, tx: Transaction) -> int:
    rows = await ACCOUNTS.sweep(complete, tx)
    await _tell(rows, tx)
    return len(rows)


async def _sweep_contacts(complete: Sweep, tx: Transaction) -> int:
    ids: list[UUID] = [row["id"] for row in await CONTACTS.sweep(complete, tx)]
    await _end(await tx.driver.fetch(GONE_CONTACTS, ids), tx)
    return len(ids)


SWEEPING = Sweeping(
    {
        ACCOUNTS.kind: Sweeper(ACCOUNTS.measure, _sweep_accounts),
        CONTACTS.kind: Sweeper(CONTACTS.measure, _sweep_contacts),
    },
    admins.tell_held,
    CarryOutRemoval,
)


async def _end(gone: Sequence[asyncpg.Record], tx: Transaction) -> None:
    """Ends what these contacts have opened; staff may look at the portal of one who has no access, too."""
    ended = [Ended(row["contact"], row["account"], row["email"], "deleted") for row in gone if row["had_access"]]
    await endings.end(ended, THE_AMS, tx)
    if looked_at := [row["contact"] for row in gone if not row["had_access"]]:
        await impersonations.end_of_contacts(looked_at, tx)


def _account(event: FeedEvent) -> Mapping[str, Any]:
    """A row; a deletion keeps nothing of the account but that it was deleted."""
    return ACCOUNTS.of(event.data or GONE_ACCOUNT)


def _contact(event: FeedEvent) -> Mapping[str, Any]:
    data = event.data or GONE_CONTACT
    assert isinstance(data, ams.Contact)
    return {**CONTACTS.of(data), "account_ams_id": data.account, "ams_access": data.access}
