"""Shared addresses: on more accounts than one household has, they open none until staff have looked at them."""

import json
from typing import Any

from contracts.identity.activities import Doer, What
from contracts.identity.shared_addresses import SharedAddress, SharedAddresses, SharedBy
from contracts.kinds import NotFound
from kit.database import Transaction
from services.identity.access import endings
from services.identity.access.endings import Ended
from services.identity.audit import activities

from .contacts import HAS_ACCESS, MOST_ACCOUNTS

# an address that staff allowed stays in the list, so that they can take it back
LISTED = f"""
SELECT e.email, s.email IS NOT NULL AS allowed, e.people
FROM (
  SELECT c.email_key AS email, count(DISTINCT a.id) AS accounts,
         jsonb_agg(jsonb_build_object('account', a.id, 'account_name', a.name, 'account_number', a.number,
                                      'contact', c.id, 'contact_name', trim(c.first_name || ' ' || c.last_name))
                   ORDER BY a.name, a.id, c.id) AS people
  FROM contacts c JOIN accounts a ON a.agency = c.agency AND a.ams_id = c.account_ams_id AND NOT a.deleted
  WHERE {HAS_ACCESS} AND ($1::text IS NULL OR c.email_key = $1)
  GROUP BY c.email_key
) e LEFT JOIN shared_addresses s ON s.email = e.email
WHERE e.accounts > $2
ORDER BY s.email IS NOT NULL, e.accounts DESC, e.email LIMIT $3
"""
MOST_LISTED = 100


async def every(tx: Transaction) -> SharedAddresses:
    """Addresses on more than MOST_ACCOUNTS accounts, those that wait for staff first."""
    rows = await tx.driver.fetch(LISTED, None, MOST_ACCOUNTS, MOST_LISTED + 1)
    return SharedAddresses(items=[_shared(row) for row in rows[:MOST_LISTED]], more=len(rows) > MOST_LISTED)


async def allow(email: str, doer: Doer, tx: Transaction, *, allowed: bool) -> SharedAddress:
    """Lets an address open all its accounts, or no longer; raises NotFound for one that is on few accounts."""
    row = await tx.driver.fetchrow(LISTED, email.strip().lower(), MOST_ACCOUNTS, 1)
    if row is None:
        raise NotFound
    if row["allowed"] == allowed:
        return _shared(row)
    shared = _shared(row).model_copy(update={"allowed": allowed})
    if allowed:
        await tx.driver.execute(
            "INSERT INTO shared_addresses (agency, email, allowed_by) VALUES ($1, $2, $3)",
            tx.agency,
            shared.email,
            doer.name,
        )
    else:
        await tx.driver.execute("DELETE FROM shared_addresses WHERE email = $1", shared.email)
        ended = [Ended(by.contact, by.account, shared.email, "toggle") for by in shared.people]
        await endings.end(ended, doer, tx)
    what = What.ADDRESS_ALLOWED if allowed else What.ADDRESS_STOPPED
    for by in shared.people:
        await activities.record(what, doer, tx, account=by.account, contact=by.contact)
    return shared


def _shared(row: Any) -> SharedAddress:
    people = [SharedBy.model_validate(one) for one in json.loads(row["people"])]
    return SharedAddress(email=row["email"], allowed=row["allowed"], people=people)
