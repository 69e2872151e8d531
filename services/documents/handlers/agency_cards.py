"""ID cards on the agency's word."""

from contracts.documents.id_cards import IdCardOptions, IdCardSent, ListContactIdCards, SendIdCard
from kit.bus import Call
from services.documents.id_cards import sending

from .service import service


@service.answers(ListContactIdCards)
async def list_contact_id_cards(request: ListContactIdCards, call: Call) -> IdCardOptions:
    """What staff can send to a contact."""
    return await sending.options(request, call)


@service.answers(SendIdCard)
async def send_id_card(request: SendIdCard, call: Call) -> IdCardSent:
    """An ID card to a contact's mailbox, while the client is on the telephone."""
    return await sending.send(request, call)
