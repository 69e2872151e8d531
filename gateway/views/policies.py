"""The list of policies, and one policy."""

from uuid import UUID

from contracts.identity.contacts import GetMe, Me
from contracts.policy.payments import ListPayments, PaymentList
from contracts.policy.policies import GetPolicy, ListPolicies, Policy, PolicyList
from gateway.parts import Ask

from .together import together

NEWEST_PAYMENTS = 5


async def list_with_me(ask: Ask, wanted: ListPolicies) -> tuple[Me, PolicyList]:
    """The policies that are wanted, and who looks."""
    return await together(ask(GetMe()), ask(wanted))


async def one_with_me(ask: Ask, policy: UUID) -> tuple[Me, Policy, PaymentList]:
    """One policy with its newest payments, and who looks; raises NotFound."""
    of_policy = ListPayments(policy=policy, limit=NEWEST_PAYMENTS)
    return await together(ask(GetMe()), ask(GetPolicy(policy=policy)), ask(of_policy))


async def payments_with_me(ask: Ask, wanted: ListPayments) -> tuple[Me, PaymentList]:
    """The payments that are wanted, and who looks."""
    return await together(ask(GetMe()), ask(wanted))
