"""The AMS's accounts and contacts: the newest version of each wins, whatever the order of arrival."""

import json
from collections.abc import Sequence
from typing import Any

from contracts import ams
from contracts.identity import AccountChanged
from kit import telemetry
from kit.bus import FeedEvent
from kit.database import Transaction
from kit.ids import new_id

from . import sessions

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
WITH before AS (SELECT id, ams_id, email, role, access, deleted FROM contacts WHERE ams_id = ANY($3)),
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
SELECT kept.id, before.id IS NOT NULL AND (
         lower(kept.email) <> lower(before.email) OR kept.deleted
         OR NOT (kept.email <> '' AND (kept.role = 'primary' OR kept.access))
       ) AS lost_access
FROM kept LEFT JOIN before USING (id)
"""


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
    if lost := [row["id"] for row in rows if row["lost_access"]]:
        await sessions.end_of_contacts(lost, tx)
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
