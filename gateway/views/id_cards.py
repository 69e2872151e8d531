"""ID cards: for which vehicles they can be had, making one, and sending one by e-mail."""

from uuid import UUID

from contracts.documents.id_cards import IdCardOptions, IssueIdCard, ListIdCards
from contracts.documents.mailings import EmailDocument, Emailed
from contracts.documents.vault import Document, ListDocuments
from contracts.identity.contacts import GetMe, Me
from gateway.parts import Ask

from .together import together

MOST_CARDS = 100  # documents that are looked through


async def list_with_me(ask: Ask) -> tuple[Me, IdCardOptions, list[Document]]:
    """Who looks, every vehicle with its card or the reason why there is none, and the cards that were made before.

    Those are told where the data is too old for new ones; elsewhere the same card is made again from the same facts.
    """
    me, options = await together(ask(GetMe()), ask(ListIdCards()))
    if not any(option.reason == "stale_data" for option in options.items):
        return me, options, []
    kept = await ask(ListDocuments(limit=MOST_CARDS))
    return me, options, [document for document in kept.items if document.kind == "id_card" and document.current]


async def issue(ask: Ask, policy: UUID, vehicle: str) -> Document:
    """The card of a vehicle; raises NotFound, or IdCardRefused with the reason."""
    return await ask(IssueIdCard(policy=policy, vehicle=vehicle))


async def email(ask: Ask, policy: UUID, vehicle: str) -> Emailed:
    """Makes the card of a vehicle and sends it to the person who asks."""
    document = await issue(ask, policy, vehicle)
    return await ask(EmailDocument(document=document.id))
