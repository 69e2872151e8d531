"""Toggles: staff give a contact access to the portal, or take it away with everything that it opened."""

from uuid import UUID

from contracts.identity.accounts import AlwaysHasAccess, ContactRecord
from contracts.identity.activities import Doer, What
from contracts.kinds import NotFound
from kit.database import Transaction
from services.identity.audit import activities
from services.identity.people import accounts

from . import endings
from .endings import Ended


async def move(contact: UUID, wanted: bool, doer: Doer, tx: Transaction) -> ContactRecord:
    """Sets a contact's toggle; the AMS's next word counts only where it differs from its own last one.

    Raises NotFound, AlwaysHasAccess for a primary contact.
    """
    row = await tx.driver.fetchrow(
        "SELECT c.role, c.access, c.email, a.id AS account FROM contacts c"
        " JOIN accounts a ON a.agency = c.agency AND a.ams_id = c.account_ams_id AND NOT a.deleted"
        " WHERE c.id = $1 AND NOT c.deleted FOR UPDATE OF c",
        contact,
    )
    if row is None:
        raise NotFound
    if row["role"] == "primary":
        raise AlwaysHasAccess
    if row["access"] != wanted:
        await tx.driver.execute("UPDATE contacts SET access = $2 WHERE id = $1", contact, wanted)
        if wanted:
            await activities.record(What.ACCESS_GIVEN, doer, tx, account=row["account"], contact=contact)
        else:
            await endings.end([Ended(contact, row["account"], row["email"], "toggle")], doer, tx)
    return await accounts.contact(contact, tx)
