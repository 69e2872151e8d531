"""Admins: told by mail of what only they can put right."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid5

from contracts.identity.activities import What
from contracts.identity.telling import TellRemovalHeld, TellWebhookGivenUp
from contracts.notify import MailRemovalHeld, MailWebhookGivenUp
from contracts.portal_events import HeldKind, SnapshotHeld
from contracts.principal import Role
from kit.agencies import agency_details
from kit.database import Transaction
from services.identity.audit import activities, doers

ADMINS = "SELECT id, email, name FROM staff WHERE active AND role = $1 ORDER BY id"


async def tell_webhook_given_up(job: TellWebhookGivenUp, tx: Transaction) -> None:
    """Leaves a mail for each admin; a job that comes again leaves the same deliveries."""
    agency = await agency_details(tx, tx.agency)
    if agency is None:
        return
    for row in await tx.driver.fetch(ADMINS, Role.ADMIN.value):
        tx.enqueue(
            MailWebhookGivenUp(
                agency=job.agency,
                delivery=uuid5(job.id, str(row["id"])),
                to=row["email"],
                name=row["name"],
                webhook=job.webhook,
                host=job.host,
                why=job.why,
                failing_since=job.failing_since,
                at=job.at,
                language=agency.default_language,
            )
        )


async def tell_held(told: SnapshotHeld, tx: Transaction) -> None:
    """Identity's own kinds are held back: mails to the admins, and an entry for each kind."""
    await _mail_held(told.snapshot, told.began_at, told.kinds, told.at, tx)
    for kind in told.kinds:
        await activities.record(What.REMOVAL_HELD, doers.COMMAND_LINE, tx, facts=kind.facts())


async def tell_removal_held(job: TellRemovalHeld, tx: Transaction) -> None:
    """Leaves a mail for each admin; a job that comes again, or of another service, leaves the same deliveries."""
    await _mail_held(job.snapshot, job.began_at, job.kinds, job.at, tx)


async def _mail_held(
    snapshot: str, began_at: datetime, kinds: Sequence[HeldKind], at: datetime, tx: Transaction
) -> None:
    agency = await agency_details(tx, tx.agency)
    if agency is None:
        return
    for row in await tx.driver.fetch(ADMINS, Role.ADMIN.value):
        tx.enqueue(
            MailRemovalHeld(
                agency=tx.agency,
                delivery=uuid5(row["id"], f"{snapshot} of {began_at.isoformat()}"),
                to=row["email"],
                name=row["name"],
                began_at=began_at,
                kinds=list(kinds),
                at=at,
                language=agency.default_language,
            )
        )
