"""Contacts who have proven to be exactly themselves, by a passkey or a password: who may enter then."""

from uuid import UUID

from contracts.identity.agencies import SignInMethods
from kit.database import Transaction

from . import contacts
from .contacts import HAS_ACCESS, Entrant


async def entrants_of(contact: UUID, tx: Transaction, *, hold: bool = False) -> list[Entrant]:
    """The contact itself, then the contacts of other accounts under its address; nobody when it has no access.

    Who has proven to be one of two contacts of an account is not asked which of them. `hold` as in contacts.
    """
    email: str | None = await tx.driver.fetchval(
        f"SELECT c.email FROM contacts c WHERE c.id = $1 AND {HAS_ACCESS}", contact
    )
    found = await contacts.with_email(email, tx, hold=hold) if email else []
    own = {entrant.account.id for entrant in found if entrant.id == contact}
    if not own:
        return []
    return [entrant for entrant in found if entrant.id == contact or entrant.account.id not in own]


async def methods(tx: Transaction) -> SignInMethods:
    """How the insureds of the transaction's agency may come in."""
    raw: str = await tx.driver.fetchval(
        "SELECT coalesce(details->'sign_in', '{}') FROM agencies WHERE id = $1", tx.agency
    )
    return SignInMethods.model_validate_json(raw)
