"""Admins: told by mail of what only they can put right."""

from uuid import uuid5

from contracts.identity.telling import TellWebhookGivenUp
from contracts.notify import MailWebhookGivenUp
from contracts.principal import Role
from kit.agencies import agency_details
from kit.database import Transaction

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
