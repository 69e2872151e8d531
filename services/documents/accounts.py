"""Accounts as far as paper needs them: name, address, and the AMS's id."""

from dataclasses import dataclass
from uuid import UUID

from contracts.identity.contacts import AccountChanged
from contracts.kinds import NotFound, Unavailable
from kit.database import Transaction


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


async def keep(event: AccountChanged, transaction: Transaction) -> None:
    """Keeps the newest that identity told of an account."""
    await transaction.driver.execute(
        "INSERT INTO accounts (agency, id, ams_id, version, deleted, name, street, city, state, postal_code)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        " ON CONFLICT (agency, id) DO UPDATE SET ams_id = excluded.ams_id, version = excluded.version,"
        " deleted = excluded.deleted, name = excluded.name, street = excluded.street, city = excluded.city,"
        " state = excluded.state, postal_code = excluded.postal_code"
        " WHERE excluded.version > accounts.version",
        event.agency,
        event.account,
        event.ams_id,
        event.version,
        event.deleted,
        event.name,
        event.street,
        event.city,
        event.state,
        event.postal_code,
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
