"""What the agency has on file of an account: its address, its insureds, and the person who asks."""

from collections.abc import Iterator, Sequence

import asyncpg

from contracts.identity.information import MailingAddress, OnFile, PersonOnFile
from contracts.kinds import SignInRequired
from contracts.principal import Principal
from kit.database import Transaction

from .contacts import HAS_ACCESS

# from whoever asks to the account, not the other way: however it is asked, it is of an account of their own
ON_FILE = f"""
SELECT a.street, a.city, a.state, a.postal_code, o.id, o.role, o.email, o.mobile, o.phone,
       trim(o.first_name || ' ' || o.last_name) AS name, c.role <> 'additional' OR o.id = c.id AS in_full
FROM contacts c
JOIN accounts a ON a.agency = c.agency AND a.ams_id = c.account_ams_id AND NOT a.deleted
JOIN contacts o ON o.agency = a.agency AND o.account_ams_id = a.ams_id AND NOT o.deleted
  AND (o.role <> 'additional' OR o.id = c.id)
WHERE c.id = $1 AND a.id = $2 AND NOT c.deleted AND ($3 OR {HAS_ACCESS})
ORDER BY array_position(ARRAY['primary', 'second', 'additional'], o.role), o.id
"""


async def on_file(principal: Principal, transaction: Transaction) -> OnFile:
    """Of the open account; raises SignInRequired when the access is gone meanwhile."""
    # staff may also look at the portal of somebody who has no access, or none yet
    asking = (principal.sub, principal.account, principal.read_only)
    rows = await transaction.driver.fetch(ON_FILE, *asking)
    if not rows:
        raise SignInRequired
    address = MailingAddress(**{name: rows[0][name] for name in MailingAddress.model_fields})
    return OnFile(address=address, people=list(_people(rows)))


def _people(rows: Sequence[asyncpg.Record]) -> Iterator[PersonOnFile]:
    for row in rows:
        reach = {name: (row["in_full"] and row[name]) or None for name in ("email", "mobile", "phone")}
        yield PersonOnFile(id=row["id"], name=row["name"], role=row["role"], **reach)
