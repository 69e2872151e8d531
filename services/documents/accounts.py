"""Accounts as far as paper needs them: name, address, and the AMS's id."""

from dataclasses import dataclass
from uuid import UUID

from contracts.identity.contacts import AccountsChanged
from contracts.kinds import NotFound, Unavailable
from kit.copies import Copies
from kit.database import Transaction

ACCOUNTS = Copies(
    "accounts",
    "id",
    dict.fromkeys(("ams_id", "name", "street", "city", "state", "postal_code"), "text"),
)


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
    await ACCOUNTS.keep([{**one.model_dump(), "id": one.account} for one in event.accounts], transaction)


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
