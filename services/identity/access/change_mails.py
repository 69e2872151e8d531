"""Mails that tell a contact that its ways in have changed, so that a stranger's change does not stay unseen."""

from datetime import UTC, datetime
from uuid import UUID

from contracts.notify import MailSignInChange, SignInChange
from kit.database import Transaction
from kit.ids import new_id

RECIPIENT = """
SELECT c.email, trim(c.first_name || ' ' || c.last_name) AS name,
       coalesce(nullif(c.language, ''), g.details->>'default_language') AS language
FROM contacts c JOIN agencies g ON g.id = c.agency
WHERE c.id = $1 AND c.email <> ''
"""


async def leave(contact: UUID, change: SignInChange, tx: Transaction) -> None:
    """Leaves the mail for notify, to the contact's primary e-mail."""
    row = await tx.driver.fetchrow(RECIPIENT, contact)
    if row is not None:
        tx.enqueue(
            MailSignInChange(
                agency=tx.agency,
                delivery=new_id(),
                contact=contact,
                to=row["email"],
                name=row["name"],
                change=change,
                at=datetime.now(UTC),
                language=row["language"],
            )
        )
