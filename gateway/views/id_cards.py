"""ID cards: for which vehicles they can be had, making one, and sending one by e-mail."""

from uuid import UUID

from contracts.documents import Document, EmailDocument, Emailed, IdCardOptions, IssueIdCard, ListIdCards
from contracts.identity.contacts import GetMe, Me
from gateway.parts import Ask

from .together import together


async def list_with_me(ask: Ask) -> tuple[Me, IdCardOptions]:
    """Every vehicle with its card or the reason why there is none, and who looks."""
    return await together(ask(GetMe()), ask(ListIdCards()))


async def issue(ask: Ask, policy: UUID, vehicle: str) -> Document:
    """The card of a vehicle; raises NotFound, or IdCardRefused with the reason."""
    return await ask(IssueIdCard(policy=policy, vehicle=vehicle))


async def email(ask: Ask, policy: UUID, vehicle: str) -> Emailed:
    """Makes the card of a vehicle and sends it to the person who asks."""
    document = await issue(ask, policy, vehicle)
    return await ask(EmailDocument(document=document.id))
