"""Consents: shown and changed."""

from contracts.identity.consents import ChangeConsent, Consents, GetConsents
from kit.bus import Call
from services.identity.people import consents

from .service import service


@service.answers(GetConsents)
async def get_consents(_: GetConsents, call: Call) -> Consents:
    """What the person has agreed to."""
    async with call.transaction() as transaction:
        return await consents.of_person(call.who, transaction)


@service.answers(ChangeConsent)
async def change_consent(request: ChangeConsent, call: Call) -> Consents:
    """Given or withdrawn."""
    async with call.transaction() as transaction:
        return await consents.change(request, call.who, transaction)
