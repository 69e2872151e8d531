"""Access: what ends, at once and together, when a contact may no longer enter as before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from contracts.identity.activities import Doer, What
from contracts.identity.contacts import AccessEnded
from kit.database import Transaction
from services.identity import impersonations
from services.identity.audit import activities
from services.identity.credentials import passwords
from services.identity.openid import google_links
from services.identity.passkeys import keyrings
from services.identity.signed_in import devices, sessions

Reason = Literal["toggle", "deleted", "email"]


@dataclass(frozen=True)
class Ended:
    """A contact that had access; `email` is the address by which it came in."""

    contact: UUID
    account: UUID | None
    email: str
    reason: Reason


async def end(ended: Sequence[Ended], doer: Doer, tx: Transaction) -> None:
    """Ends sessions, sign-ins under way with their codes, and every link of these contacts; tells AccessEnded."""
    if not ended:
        return
    contacts = [one.contact for one in ended]
    await sessions.end_of(contacts, tx)
    await impersonations.end_of_contacts(contacts, tx)
    await keyrings.end_of(contacts, tx)
    await passwords.end_of(contacts, tx)
    await passwords.free_names([one.contact for one in ended if one.reason == "deleted"], tx)
    await devices.end_of(contacts, tx)
    await tx.driver.execute("DELETE FROM passkey_excuses WHERE contact = ANY($1)", contacts)
    await google_links.end_of(contacts, tx)
    await tx.driver.execute(
        "UPDATE sign_ins SET over_at = now() WHERE email = ANY($1) AND over_at IS NULL",
        [one.email.lower() for one in ended],
    )
    for one in ended:
        tx.tell(AccessEnded(agency=tx.agency, contact=one.contact, account=one.account, reason=one.reason))
        await activities.record(
            What.ACCESS_ENDED, doer, tx, account=one.account, contact=one.contact, facts={"reason": one.reason}
        )
