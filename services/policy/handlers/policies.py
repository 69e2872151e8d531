"""The book as insureds see it."""

from contracts.policy.policies import GetHomePolicies, GetPolicy, HomePolicies, ListPolicies, Policy, PolicyList
from contracts.policy.vehicles import InsuredVehicles, ListInsuredVehicles
from kit.bus import Call
from services.policy import details, home, policies, vehicles
from services.policy.requests import records

from .service import service


@service.answers(GetHomePolicies)
async def get_home_policies(_: GetHomePolicies, call: Call) -> HomePolicies:
    """Home's share of the book."""
    async with call.transaction() as transaction:
        found = await home.home(call.account, transaction)
        waiting = await records.home(call.account, call.who, transaction)
        return found.model_copy(update={"requests": waiting})


@service.answers(ListPolicies)
async def list_policies(request: ListPolicies, call: Call) -> PolicyList:
    """The Policies tab."""
    async with call.transaction() as transaction:
        return await policies.list_for(call.account, request, transaction)


@service.answers(GetPolicy)
async def get_policy(request: GetPolicy, call: Call) -> Policy:
    """One policy's page."""
    async with call.transaction() as transaction:
        return await details.one(call.account, request.policy, transaction)


@service.answers(ListInsuredVehicles)
async def list_insured_vehicles(request: ListInsuredVehicles, call: Call) -> InsuredVehicles:
    """What documents draws ID cards from."""
    async with call.transaction() as transaction:
        return await vehicles.list_for(call.account, request, transaction)
