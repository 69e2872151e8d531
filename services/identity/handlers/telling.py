"""Who is told of what was done in the portal."""

from contracts.identity.telling import TellPeople
from kit.bus import Call
from services.identity import telling

from .service import service


@service.does(TellPeople)
async def tell_people(job: TellPeople, call: Call) -> None:
    """Mails to the agency and to the contacts whom it wants told."""
    async with call.transaction(job.agency) as transaction:
        await telling.tell(job, transaction)
