"""Accounts as far as paper needs them: name, address, and the AMS's id."""

from dataclasses import dataclass
from uuid import UUID

from contracts.identity.contacts import AccountsChanged
from contracts.kinds import NotFound, Unavailable
from kit.database import Transaction

KEEP = """
INSERT INTO accounts AS a
  (agency, id, ams_id, version, changed_at, deleted, name, street, city, state, postal_code)
SELECT DISTINCT ON (c.id) $1, c.*
FROM unnest($2::uuid[], $3::text[], $4::bigint[], $5::timestamptz[], $6::boolean[], $7::text[], $8::text[],
  $9::text[], $10::text[], $11::text[])
  AS c(id, ams_id, version, changed_at, deleted, name, street, city, state, postal_code)
ORDER BY c.id, c.version DESC, c.changed_at DESC
ON CONFLICT (agency, id) DO UPDATE SET ams_id = excluded.ams_id, version = excluded.version,
  changed_at = excluded.changed_at, deleted = excluded.deleted, name = excluded.name, street = excluded.street,
  city = excluded.city, state = excluded.state, postal_code = excluded.postal_code
WHERE (excluded.version, excluded.changed_at) > (a.version, a.changed_at)
"""


@dataclass(frozen=True)
class Holder:
    """The account that a document is made for; parts of the address that the AMS does not have are empty."""

    ams_id: str
    name: str
    street: str
    city: str
    state: str
    postal_code: str

    @property
    def address(self) -> tuple[str, ...]:
        """The address in lines as an envelope has them; empty unless it has both a street and a place."""
        place = ", ".join(part for part in (self.city, f"{self.state} {self.postal_code}".strip()) if part)
        return (self.street, place) if self.street and place else ()


async def keep(event: AccountsChanged, transaction: Transaction) -> None:
    """Keeps the newest that identity told of each account."""
    changed = event.accounts
    await transaction.driver.execute(
        KEEP,
        event.agency,
        [one.account for one in changed],
        [one.ams_id for one in changed],
        [one.version for one in changed],
        [one.changed_at for one in changed],
        [one.deleted for one in changed],
        [one.name for one in changed],
        [one.street for one in changed],
        [one.city for one in changed],
        [one.state for one in changed],
        [one.postal_code for one in changed],
    )


async def find(account: UUID, transaction: Transaction) -> Holder:
    """The account.

    Raises Unavailable where identity's word of it has not arrived yet, NotFound where it is deleted.
    """
    row = await transaction.driver.fetchrow(
        "SELECT ams_id, name, street, city, state, postal_code, deleted FROM accounts WHERE agency = $1 AND id = $2",
        transaction.agency,
        account,
    )
    if row is None:
        raise Unavailable(retry_after=2)
    if row["deleted"]:
        raise NotFound
    return Holder(row["ams_id"], row["name"], row["street"], row["city"], row["state"], row["postal_code"])
