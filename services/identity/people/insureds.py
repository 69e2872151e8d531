"""Insureds: the account and the contact whose portal staff name by the AMS's ids or by ours."""

from dataclasses import dataclass
from uuid import UUID

from contracts.identity.impersonations import NobodyThere
from contracts.kinds import NotFound
from kit.database import Transaction

# with or without access: staff look at what the insured would see
FIND = """
SELECT a.id AS account, c.id AS contact
FROM accounts a LEFT JOIN contacts c ON c.agency = a.agency AND c.account_ams_id = a.ams_id AND NOT c.deleted
  AND ($2::text IS NULL OR c.ams_id = $2 OR c.id::text = lower($2))
WHERE (a.ams_id = $1 OR a.id::text = lower($1)) AND NOT a.deleted
ORDER BY a.ams_id = $1 DESC, c.ams_id = $2 DESC, array_position(ARRAY['primary', 'second', 'additional'], c.role), c.id
LIMIT 1
"""


@dataclass(frozen=True)
class Insured:
    """A contact on its account, by our ids."""

    account: UUID
    contact: UUID


async def find(account: str, contact: str | None, tx: Transaction) -> Insured:
    """The named contact of an account, else the primary one, or whoever comes next.

    Raises NotFound, or NobodyThere for an account without any contact.
    """
    row = await tx.driver.fetchrow(FIND, account, contact)
    if row is None or (row["contact"] is None and contact is not None):
        raise NotFound
    if row["contact"] is None:
        raise NobodyThere
    return Insured(row["account"], row["contact"])
