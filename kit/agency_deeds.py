"""What is done for an agency as a whole, told to identity by the services beside it for the activity log."""

from collections.abc import Mapping
from datetime import UTC, datetime

from contracts.identity.activities import RecordAgencyActivity, What
from contracts.identity.sessions import Browser
from contracts.identity.telling import TellRemovalHeld
from contracts.portal_events import SnapshotHeld
from contracts.principal import Kind, Principal

from .database import Transaction
from .ids import new_id


async def record(
    what: What, who: Principal | None, browser: Browser, facts: Mapping[str, str], tx: Transaction
) -> None:
    """Logs it when the transaction commits; without anybody the portal itself did it."""
    tx.enqueue(
        RecordAgencyActivity(
            agency=tx.agency,
            id=new_id(),
            what=what,
            by="portal" if who is None else "staff" if who.kind is Kind.STAFF else "system",
            doer=who.sub if who else None,
            address=browser.address,
            at=datetime.now(UTC),
            facts=dict(facts),
        )
    )


async def tell_held(told: SnapshotHeld, tx: Transaction) -> None:
    """A snapshot's removal of these kinds is held back: identity mails the admins, and each kind is logged."""
    facts = {name: getattr(told, name) for name in ("snapshot", "began_at", "kinds", "at")}
    tx.enqueue(TellRemovalHeld(agency=tx.agency, **facts))
    for kind in told.kinds:
        await record(What.REMOVAL_HELD, None, Browser(), kind.facts(), tx)
