"""The list of policies, and one policy."""

from uuid import UUID

from contracts.identity.contacts import GetMe, Me
from contracts.policy import GetPolicy, ListPolicies, Policy, PolicyList
from gateway.parts import Ask

from .together import together


async def list_with_me(ask: Ask, wanted: ListPolicies) -> tuple[Me, PolicyList]:
    """The policies that are wanted, and who looks."""
    return await together(ask(GetMe()), ask(wanted))


async def one_with_me(ask: Ask, policy: UUID) -> tuple[Me, Policy]:
    """One policy, and who looks; raises NotFound."""
    return await together(ask(GetMe()), ask(GetPolicy(policy=policy)))
