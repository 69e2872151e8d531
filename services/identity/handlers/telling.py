"""Who is told of what was done in the portal."""

from contracts.identity.telling import TellPeople, TellRemovalHeld, TellWebhookGivenUp
from kit.bus import Call
from services.identity import telling
from services.identity.staff import admins

from .service import service


@service.does(TellPeople)
async def tell_people(job: TellPeople, call: Call) -> None:
    """Mails to the agency and to the contacts whom it wants told."""
    async with call.transaction(job.agency) as transaction:
        await telling.tell(job, transaction)


@service.does(TellWebhookGivenUp)
async def tell_webhook_given_up(job: TellWebhookGivenUp, call: Call) -> None:
    """Mails to the admins."""
    async with call.transaction(job.agency) as transaction:
        await admins.tell_webhook_given_up(job, transaction)


@service.does(TellRemovalHeld)
async def tell_removal_held(job: TellRemovalHeld, call: Call) -> None:
    """Mails to the admins."""
    async with call.transaction(job.agency) as transaction:
        await admins.tell_removal_held(job, transaction)
