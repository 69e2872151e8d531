"""Word of a member's changed ways in: into the activity, and by mail, so that a stranger's change is not unseen."""

from datetime import UTC, datetime

from contracts.identity.activities import What
from contracts.identity.sessions import Browser
from contracts.notify import MailStaffSignInChange, StaffSignInChange
from contracts.principal import Principal
from kit.database import Transaction
from kit.ids import new_id
from services.identity.audit import activities, doers

MEMBER = """
SELECT m.name, m.email, g.details->>'default_language' AS language
FROM staff m JOIN agencies g ON g.id = m.agency WHERE m.id = $1
"""


async def tell(
    who: Principal, change: StaffSignInChange, what: What, browser: Browser, tx: Transaction, **facts: str
) -> None:
    """Leaves the mail to the member's address on file, and the entry in the agency's activity."""
    row = await tx.driver.fetchrow(MEMBER, who.sub)
    assert row is not None
    tx.enqueue(
        MailStaffSignInChange(
            agency=tx.agency,
            delivery=new_id(),
            to=row["email"],
            name=row["name"],
            change=change,
            at=datetime.now(UTC),
            language=row["language"],
        )
    )
    await activities.record(what, await doers.of(who, browser, tx), tx, facts=facts)
