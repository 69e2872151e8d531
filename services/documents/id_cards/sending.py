"""ID cards on the agency's word: which of them a contact can have, and one mailed to its primary e-mail."""

from uuid import UUID

from contracts.documents.id_cards import IdCardOptions, IdCardSent, ListContactIdCards, SendIdCard
from contracts.documents.mailings import NoEmailOnFile
from contracts.identity.activities import What
from contracts.identity.addressees import Addressee, GetAddressee
from contracts.kinds import NotFound
from contracts.policy.vehicles import InsuredVehicles, ListVehiclesOf
from kit.bus import Call
from services.documents import activity
from services.documents.vault import mailings

from . import making
from .making import Wanted
from .options import in_book


async def options(wanted: ListContactIdCards, call: Call) -> IdCardOptions:
    """The vehicles of the contact's account, with the reason where it cannot have a card; raises NotFound."""
    _, account = await _whose(wanted.contact, call)
    book = await call.ask(ListVehiclesOf(account=account, **wanted.model_dump(exclude={"contact"})))
    return await in_book(book, account, call)


async def send(wanted: SendIdCard, call: Call) -> IdCardSent:
    """Draws the card unless the same facts gave it before, and mails it; the activity says who wanted it.

    Raises NotFound, NoEmailOnFile, IdCardRefused with the card's own reason, MailLimit.
    """
    contact, account = await _whose(wanted.contact, call)
    if not contact.email:
        raise NoEmailOnFile

    async def look() -> InsuredVehicles:
        return await call.ask(ListVehiclesOf(account=account, policy=wanted.policy, vehicle=wanted.vehicle))

    async with making.issuing(Wanted(wanted.policy, wanted.vehicle, account, look), call) as (card, tx):
        activity.issued(card, call.who, tx, contact.id)
        emailed = await mailings.leave_for(card.document, contact, account, tx)
        facts = {"to": emailed.sent_to}
        activity.record(What.DOCUMENT_EMAILED, card.document, call.who, account, tx, contact.id, **facts)
    return IdCardSent(document=card.document, sent_to=emailed.sent_to)


async def _whose(contact: UUID, call: Call) -> tuple[Addressee, UUID]:
    """The contact and its account; raises NotFound."""
    found = await call.ask(GetAddressee(contact=contact))
    if found.account is None:
        raise NotFound
    return found, found.account
