"""Policies as an insured may see them, and the event that one has changed."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from pydantic import Field

from contracts.ams import PolicyStatus
from contracts.kinds import Caller, Event, Model, NotFound, Request

from .money import Money

Standing = Literal["active", "future", "past"]


class CarrierCard(Model):
    """A carrier as pages show it; links are https addresses or empty."""

    name: str
    phone: str
    payment_url: str
    claim_url: str
    claim_phone: str


class Limit(Model):
    """A limit or deductible: `basis` is the trade's wording for what it applies to ("each accident")."""

    basis: str
    amount: Decimal


class Coverage(Model):
    """A coverage of a policy or of one of its vehicles; `code` is the ACORD coverage code where the AMS has it."""

    code: str
    description: str
    limits: list[Limit]
    deductibles: list[Limit]
    premium: Decimal | None


class Vehicle(Model):
    """A vehicle on a policy, with its own coverages; `id` is the AMS's id of it within the policy."""

    id: str
    year: int | None
    make: str
    model: str
    vin: str
    state: str
    coverages: list[Coverage]


class Driver(Model):
    """A driver named on a policy."""

    name: str
    excluded: bool


class PolicySummary(Model):
    """A policy in a list.

    `standing` says on which side of today the term lies, in the policy's own time zone; `in_force` whether it covers
    today; `status` is the AMS's word mapped to ours; `line` is the ACORD line-of-business code (AUTOP, HOME, …).
    """

    id: UUID
    number: str
    line: str
    carrier: str
    effective: date
    expiration: date
    status: PolicyStatus
    standing: Standing
    in_force: bool
    cancellation_on: date | None
    premium: Money | None
    description: str
    vehicles: int


class Policy(PolicySummary):
    """A policy with everything that its page shows."""

    term_months: int | None
    billing: str
    carrier_details: CarrierCard
    named_insureds: list[str]
    coverages: list[Coverage]
    insured_vehicles: list[Vehicle]
    drivers: list[Driver]
    as_of: datetime


class PolicyList(Model):
    """A page of policies; `cursor` fetches the next one; `lines` are the lines that the account has, for the filter.

    `as_of` is when the agency's system was last heard from; empty when it never was.
    """

    items: list[PolicySummary]
    lines: list[str]
    cursor: str | None = None
    as_of: datetime | None


class ListPolicies(Request[PolicyList], owner="policy", caller=Caller.INSURED, reads=True):
    """The account's policies, searched, filtered and sorted."""

    status: Literal["active", "past", "future", "all"] = "active"
    sort: Literal["renewal", "line", "carrier", "number"] = "renewal"
    line: str = Field(default="", max_length=20)
    q: str = Field(default="", max_length=80)
    limit: int = Field(default=50, ge=1, le=200)
    cursor: str = Field(default="", max_length=200)


class GetPolicy(Request[Policy], owner="policy", caller=Caller.INSURED, reads=True, refusals=(NotFound,)):
    """One policy of the account."""

    policy: UUID


class HomePolicy(PolicySummary):
    """A policy on Home, with its vehicles' names so that an ID card is one tap away."""

    vehicle_names: dict[str, str]


class HomePolicies(Model):
    """Home's share of the book: active policies, those that renew within 45 days, pending cancellations."""

    active: list[HomePolicy]
    renewing: list[UUID]
    pending_cancellation: list[UUID]
    past: int
    as_of: datetime | None


class GetHomePolicies(Request[HomePolicies], owner="policy", caller=Caller.INSURED, reads=True):
    """What Home shows of the account's policies."""


class PolicyChanged(Event, owner="policy", heard_by=("documents",)):
    """A policy was added, changed or deleted; `version` is the AMS's sequence of it.

    `account_ams_id` is the AMS's id of the account. `cancellation_on` is set once a cancellation is confirmed.
    """

    policy: UUID
    account_ams_id: str
    version: int
    deleted: bool
    number: str
    status: PolicyStatus
    effective: date
    expiration: date
    cancellation_on: date | None
