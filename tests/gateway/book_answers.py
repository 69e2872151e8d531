"""Policy as the gateway's tests meet it: it answers with the samples."""

from typing import TYPE_CHECKING

from contracts.kinds import NotFound
from contracts.policy import freshness, holder_sheets, payments, policies
from kit.bus import Call, Service

from . import information_samples, payment_samples
from . import portal_samples as samples
from .request_answers import add_requests

if TYPE_CHECKING:
    from .services import World


def policy_of(world: "World") -> Service:
    """Policy's side of the contracts."""
    service = Service("policy")

    @service.answers(policies.GetHomePolicies)
    async def home(request: policies.GetHomePolicies, call: Call) -> policies.HomePolicies:
        world.note(request, call)
        return samples.HOME_POLICIES

    @service.answers(policies.ListPolicies)
    async def listed(request: policies.ListPolicies, call: Call) -> policies.PolicyList:
        world.note(request, call)
        world.wanted.append(request)
        return world.page_of_policies

    @service.answers(freshness.GetFreshness)
    async def fresh(request: freshness.GetFreshness, call: Call) -> freshness.Freshness:
        world.note(request, call)
        return information_samples.FRESH

    @service.answers(payments.ListPayments)
    async def list_payments(request: payments.ListPayments, call: Call) -> payments.PaymentList:
        world.note(request, call)
        return payment_samples.PAYMENTS

    @service.answers(policies.GetPolicy)
    async def one(request: policies.GetPolicy, call: Call) -> policies.Policy:
        world.note(request, call)
        if request.policy != samples.POLICY.id:
            raise NotFound
        return samples.POLICY

    @service.answers(holder_sheets.CheckHolderSheet)
    async def check(request: holder_sheets.CheckHolderSheet, call: Call) -> holder_sheets.SheetReport:
        world.note(request, call)
        raise holder_sheets.SheetRefused(reason="not_text")

    add_requests(service, world)
    return service
