"""The AMS's accounts and contacts: the newest version of each wins, whatever the order of arrival."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg

from contracts import ams
from contracts.identity.activities import Doer
from contracts.identity.contacts import AccountChanged
from kit import telemetry
from kit.bus import FeedEvent, outcomes, snapshots
from kit.bus.snapshots import Sweep
from kit.database import Transaction
from kit.entities import Entities, newest
from services.identity.access import endings
from services.identity.access.endings import Ended

ACCOUNTS = Entities(
    ams.Account.kind,
    "accounts",
    dict.fromkeys(("name", "number", "type", "street", "city", "state", "postal_code"), "text"),
    "id, version, name, street, city, state, postal_code",
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

BEFORE = """
SELECT c.id, c.email, c.account_ams_id, a.id AS account
FROM contacts c LEFT JOIN accounts a ON a.agency = c.agency AND a.ams_id = c.account_ams_id
WHERE c.agency = $1 AND c.ams_id = ANY($2) AND NOT c.deleted AND c.email <> '' AND (c.role = 'primary' OR c.access)
FOR UPDATE OF c
"""

OF_DELETED_ACCOUNTS = """
SELECT c.id AS contact, a.id AS account, c.email, 'deleted' AS reason
FROM accounts a JOIN contacts c ON c.agency = a.agency AND c.account_ams_id = a.ams_id AND c.email <> ''
WHERE a.id = ANY($1)
"""

OF_SWEPT_CONTACTS = """
SELECT c.id AS contact, a.id AS account, c.email, 'deleted' AS reason
FROM contacts c LEFT JOIN accounts a ON a.agency = c.agency AND a.ams_id = c.account_ams_id
WHERE c.id = ANY($1) AND c.email <> '' AND (c.role = 'primary' OR c.access)
"""

THE_AMS = Doer(kind="ams")


async def apply(events: Sequence[FeedEvent], tx: Transaction) -> None:
    """Applies a batch of one agency; older versions than what we have are superseded and counted."""
    await snapshots.hold(events, tx)
    accounts = [(event, _account(event)) for event in newest(events, ams.Account.kind)]
    contacts = [(event, _contact(event)) for event in newest(events, ams.Contact.kind)]
    mended: Counter[str] = Counter()
    changed: dict[str, set[str]] = {ACCOUNTS.kind: set(), CONTACTS.kind: set()}
    for mends in (False, True):
        kept = await ACCOUNTS.keep([row for row in accounts if bool(row[0].snapshot) is mends], tx, mends=mends)
        await _tell(kept, tx)
        people = await _keep_contacts([row for row in contacts if bool(row[0].snapshot) is mends], tx, mends=mends)
        changed[ACCOUNTS.kind] |= {row["ams_id"] for row in kept}
        changed[CONTACTS.kind] |= people
        if mends:
            mended.update({"account mended": len(kept), "contact mended": len(people)})
    await snapshots.note(events, {ACCOUNTS.kind: _sweep_accounts, CONTACTS.kind: _sweep_contacts}, mended, tx)
    await outcomes.note(events, changed, tx)
    heard, applied = sum(event.kind in changed for event in events), sum(map(len, changed.values()))
    telemetry.MESSAGES.labels("identity-ams", "superseded").inc(heard - applied)


async def _tell(rows: Sequence[asyncpg.Record], tx: Transaction) -> None:
    if gone := [row["id"] for row in rows if row["deleted"]]:
        await endings.end([Ended(*row) for row in await tx.driver.fetch(OF_DELETED_ACCOUNTS, gone)], THE_AMS, tx)
    for row in rows:
        facts = {name: value for name, value in row.items() if name != "id"}
        tx.tell(AccountChanged(agency=tx.agency, account=row["id"], **facts))


async def _keep_contacts(rows: list[tuple[FeedEvent, Mapping[str, Any]]], tx: Transaction, *, mends: bool) -> set[str]:
    if not rows:
        return set()
    before = {row["id"]: row for row in await tx.driver.fetch(BEFORE, tx.agency, [event.ams_id for event, _ in rows])}
    kept = await CONTACTS.keep(rows, tx, mends=mends)
    ended = [_ended(before[row["id"]], row) for row in kept if row["id"] in before]
    await endings.end([one for one in ended if one], THE_AMS, tx)
    return {row["ams_id"] for row in kept}


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
    await endings.end([Ended(*row) for row in await tx.driver.fetch(OF_SWEPT_CONTACTS, ids)], THE_AMS, tx)
    return len(ids)


def _account(event: FeedEvent) -> Mapping[str, Any]:
    """A row; a deletion keeps nothing of the account but that it was deleted."""
    return (event.data or GONE_ACCOUNT).model_dump(mode="json", include=set(ACCOUNTS.columns))


def _contact(event: FeedEvent) -> Mapping[str, Any]:
    data = event.data or GONE_CONTACT
    assert isinstance(data, ams.Contact)
    known = data.model_dump(mode="json", include=set(CONTACTS.columns))
    return {**known, "account_ams_id": data.account, "ams_access": data.access}
