"""Held removals of all services, as staff and systems of the agency see them and decide."""

from contextlib import suppress
from uuid import UUID

from contracts.documents import feed as of_documents
from contracts.held_removals import DecideHeld, HeldRemoval, HeldRemovals
from contracts.identity import feed as of_identity
from contracts.identity.sessions import Browser
from contracts.kinds import NotFound
from contracts.policy import feed as of_policy
from gateway.parts import Ask

from .together import together


async def listed(ask: Ask) -> HeldRemovals:
    """What waits for a decision or is being removed, in the order of services; raises Unavailable."""
    parts: tuple[HeldRemovals, ...] = await together(
        ask(of_identity.ListHeldRemovals()), ask(of_policy.ListHeldRemovals()), ask(of_documents.ListHeldRemovals())
    )
    return HeldRemovals(items=[item for part in parts for item in part.items])


async def one(ask: Ask, held: UUID) -> HeldRemoval:
    """One of those that wait; raises NotFound."""
    for item in (await listed(ask)).items:
        if item.id == held:
            return item
    raise NotFound


async def decide(ask: Ask, held: UUID, browser: Browser, *, remove: bool) -> HeldRemoval:
    """Has it carried out or forgotten by whichever service has it; raises NotFound, DecidedOtherwise."""
    decisions: tuple[DecideHeld, ...] = (
        of_policy.DecideHeldRemoval(held=held, remove=remove, browser=browser),
        of_identity.DecideHeldRemoval(held=held, remove=remove, browser=browser),
        of_documents.DecideHeldRemoval(held=held, remove=remove, browser=browser),
    )
    for decision in decisions:
        with suppress(NotFound):
            return await ask(decision)
    raise NotFound
