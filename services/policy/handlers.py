"""What policy answers and hears: its table of contents."""

from collections.abc import Sequence

from contracts.identity.agencies import AgencyChanged
from contracts.identity.contacts import AccountChanged
from contracts.policy import (
    GetHomePolicies,
    GetPolicy,
    HomePolicies,
    InsuredVehicles,
    ListInsuredVehicles,
    ListPayments,
    ListPolicies,
    PaymentList,
    Policy,
    PolicyList,
)
from kit.agencies import keep_agency
from kit.bus import Call, FeedEvent, Service
from kit.database import Transaction

from . import accounts, payments, policies, vehicles
from .sync import feed

service = Service("policy")


@service.syncs
async def apply_feed(events: Sequence[FeedEvent], transaction: Transaction) -> None:
    """Carriers, policies and heartbeats from the AMS."""
    await feed.apply(events, transaction)


@service.hears(AgencyChanged)
async def agency_changed(event: AgencyChanged, transaction: Transaction) -> None:
    """The agency's time zone, and that it exists."""
    await keep_agency(event, transaction)


@service.hears(AccountChanged)
async def account_changed(event: AccountChanged, transaction: Transaction) -> None:
    """Which id identity gave an account of the AMS's."""
    await accounts.keep(event, transaction)


@service.answers(GetHomePolicies)
async def get_home_policies(_: GetHomePolicies, call: Call) -> HomePolicies:
    """Home's share of the book."""
    async with call.transaction() as transaction:
        return await policies.home(call.account, transaction)


@service.answers(ListPolicies)
async def list_policies(request: ListPolicies, call: Call) -> PolicyList:
    """The Policies tab."""
    async with call.transaction() as transaction:
        return await policies.list_for(call.account, request, transaction)


@service.answers(GetPolicy)
async def get_policy(request: GetPolicy, call: Call) -> Policy:
    """One policy's page."""
    async with call.transaction() as transaction:
        return await policies.one(call.account, request.policy, transaction)


@service.answers(ListPayments)
async def list_payments(request: ListPayments, call: Call) -> PaymentList:
    """Payment History, of the account or of one policy."""
    async with call.transaction() as transaction:
        return await payments.list_for(call.account, request, transaction)


@service.answers(ListInsuredVehicles)
async def list_insured_vehicles(request: ListInsuredVehicles, call: Call) -> InsuredVehicles:
    """What documents draws ID cards from."""
    async with call.transaction() as transaction:
        return await vehicles.list_for(call.account, request.policy, transaction)
