"""ID cards: for which vehicles they can be had, making one, and sending one by e-mail."""

from collections.abc import Mapping
from contextlib import suppress
from uuid import UUID

from contracts.documents.id_cards import IdCardOptions, IssueIdCard, ListIdCards
from contracts.documents.mailings import EmailDocument, Emailed
from contracts.documents.vault import Document
from contracts.identity.contacts import GetMe, Me
from gateway.parts import Ask

from .together import together


def wanted_of(query: Mapping[str, str]) -> ListIdCards:
    """What an address asks for, cut down to what can be asked: `policy`, `q` and `cursor`."""
    policy = None
    with suppress(ValueError):
        policy = UUID(query.get("policy", ""))
    return ListIdCards(policy=policy, q=query.get("q", "").strip()[:80], cursor=query.get("cursor", "")[:400])


async def list_with_me(ask: Ask, wanted: ListIdCards) -> tuple[Me, IdCardOptions]:
    """Who looks, and a page of vehicles, each with its card or the reason why there is none."""
    return await together(ask(GetMe()), ask(wanted))


async def issue(ask: Ask, policy: UUID, vehicle: str) -> Document:
    """The card of a vehicle; raises NotFound, or IdCardRefused with the reason."""
    return await ask(IssueIdCard(policy=policy, vehicle=vehicle))


async def email(ask: Ask, policy: UUID, vehicle: str) -> Emailed:
    """Makes the card of a vehicle and sends it to the person who asks."""
    document = await issue(ask, policy, vehicle)
    return await ask(EmailDocument(document=document.id))
