"""The AMS's accounts and contacts: the newest version of each wins, whatever the order of arrival."""

import json
from collections.abc import Sequence
from typing import Any

from contracts import ams
from contracts.identity.activities import Doer
from contracts.identity.contacts import AccountChanged
from kit import telemetry
from kit.bus import FeedEvent
from kit.database import Transaction
from kit.ids import new_id
from services.identity.access import endings
from services.identity.access.endings import Ended

KEEP_ACCOUNTS = """
INSERT INTO accounts AS a (id, agency, ams_id, version, deleted, name, number, type, street, city, state,
                           postal_code, raw)
SELECT r.id, $2, r.ams_id, r.version, r.deleted, r.name, r.number, r.type, r.street, r.city, r.state,
       r.postal_code, r.raw
FROM jsonb_to_recordset($1::jsonb) AS r(id uuid, ams_id text, version bigint, deleted boolean, name text, number text,
     type text, street text, city text, state text, postal_code text, raw jsonb)
ON CONFLICT (agency, ams_id) DO UPDATE SET version = excluded.version, deleted = excluded.deleted,
  name = excluded.name, number = excluded.number, type = excluded.type, street = excluded.street,
  city = excluded.city, state = excluded.state, postal_code = excluded.postal_code, raw = excluded.raw
WHERE excluded.version > a.version
RETURNING id, ams_id, version, deleted, name, street, city, state, postal_code
"""

# the AMS's toggle counts only when the AMS changed it, so that a staff member's is not undone by the next sync
KEEP_CONTACTS = """
WITH before AS (
  SELECT c.id, c.email, c.account_ams_id, a.id AS account,
         NOT c.deleted AND c.email <> '' AND (c.role = 'primary' OR c.access) AS had_access
  FROM contacts c LEFT JOIN accounts a ON a.agency = c.agency AND a.ams_id = c.account_ams_id
  WHERE c.ams_id = ANY($3)
),
kept AS (
  INSERT INTO contacts AS c (id, agency, ams_id, version, deleted, account_ams_id, role, first_name, last_name, email,
                             mobile, phone, ams_access, access, language, raw)
  SELECT r.id, $2, r.ams_id, r.version, r.deleted, r.account_ams_id, r.role, r.first_name, r.last_name, r.email,
         r.mobile, r.phone, r.access, r.access, r.language, r.raw
  FROM jsonb_to_recordset($1::jsonb) AS r(id uuid, ams_id text, version bigint, deleted boolean, account_ams_id text,
       role text, first_name text, last_name text, email text, mobile text, phone text, access boolean,
       language text, raw jsonb)
  ON CONFLICT (agency, ams_id) DO UPDATE SET version = excluded.version, deleted = excluded.deleted,
    account_ams_id = excluded.account_ams_id, role = excluded.role, first_name = excluded.first_name,
    last_name = excluded.last_name, email = excluded.email, mobile = excluded.mobile, phone = excluded.phone,
    access = CASE WHEN excluded.ams_access <> c.ams_access THEN excluded.ams_access ELSE c.access END,
    ams_access = excluded.ams_access, language = excluded.language, raw = excluded.raw
  WHERE excluded.version > c.version
  RETURNING id, email, role, access, deleted, account_ams_id
)
SELECT kept.id AS contact, before.account, before.email,
       CASE WHEN before.had_access IS NOT TRUE THEN NULL
            WHEN kept.deleted OR kept.account_ams_id <> before.account_ams_id THEN 'deleted'
            WHEN lower(kept.email) <> lower(before.email) THEN 'email'
            WHEN NOT (kept.role = 'primary' OR kept.access) THEN 'toggle' END AS reason
FROM kept LEFT JOIN before USING (id)
"""

OF_DELETED_ACCOUNTS = """
SELECT c.id AS contact, a.id AS account, c.email, 'deleted' AS reason
FROM accounts a JOIN contacts c ON c.agency = a.agency AND c.account_ams_id = a.ams_id AND c.email <> ''
WHERE a.id = ANY($1)
"""

THE_AMS = Doer(kind="ams")


async def apply(events: Sequence[FeedEvent], tx: Transaction) -> None:
    """Applies a batch of one agency; older versions than what we have are superseded and counted."""
    newest: dict[tuple[str, str], FeedEvent] = {}
    for event in events:
        known = newest.get((event.kind, event.ams_id))
        if known is None or event.version > known.version:
            newest[event.kind, event.ams_id] = event
    accounts = [event for event in newest.values() if event.kind == ams.Account.kind]
    contacts = [event for event in newest.values() if event.kind == ams.Contact.kind]
    applied = await _keep_accounts(accounts, tx) + await _keep_contacts(contacts, tx)
    telemetry.MESSAGES.labels("identity-ams", "superseded").inc(len(events) - applied)


async def _keep_accounts(events: list[FeedEvent], tx: Transaction) -> int:
    if not events:
        return 0
    rows = await tx.driver.fetch(KEEP_ACCOUNTS, json.dumps([_account(event) for event in events]), tx.agency)
    if gone := [row["id"] for row in rows if row["deleted"]]:
        await endings.end([Ended(*row) for row in await tx.driver.fetch(OF_DELETED_ACCOUNTS, gone)], THE_AMS, tx)
    for row in rows:
        tx.tell(AccountChanged(agency=tx.agency, account=row["id"], **{k: row[k] for k in row.keys() if k != "id"}))  # noqa: SIM118 - a record iterates over values
    return len(rows)


async def _keep_contacts(events: list[FeedEvent], tx: Transaction) -> int:
    if not events:
        return 0
    rows = await tx.driver.fetch(
        KEEP_CONTACTS,
        json.dumps([_contact(event) for event in events]),
        tx.agency,
        [event.ams_id for event in events],
    )
    await endings.end([Ended(*row) for row in rows if row["reason"]], THE_AMS, tx)
    return len(rows)


def _account(event: FeedEvent) -> dict[str, Any]:
    """A row; a deletion keeps nothing of the account but that it was deleted."""
    data = event.data or ams.Account(name="–", number="")
    assert isinstance(data, ams.Account)
    return _row(event, data)


def _contact(event: FeedEvent) -> dict[str, Any]:
    data = event.data or ams.Contact(account="–", role="additional", last_name="–")
    assert isinstance(data, ams.Contact)
    return {**_row(event, data), "account_ams_id": data.account}


def _row(event: FeedEvent, data: ams.FromAms) -> dict[str, Any]:
    known = {name: getattr(data, name) for name in type(data).model_fields}
    return {
        **known,
        "id": str(new_id()),
        "ams_id": event.ams_id,
        "version": event.version,
        "deleted": event.deleted,
        "raw": event.raw,
    }
