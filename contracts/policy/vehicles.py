"""Insured vehicles: the facts that ID cards are made from."""

from datetime import date, datetime
from uuid import UUID

from contracts.agency_requests import StaffRequest
from contracts.ams import PolicyStatus
from contracts.kinds import Caller, Model, Request

from .freshness import FeedState
from .insured import Coverage, Vehicle


class InsuredVehicle(Model):
    """The facts of one vehicle that an ID card must carry, as the book has them today.

    `carrier` is the company that writes the policy, `company_number` its number for the vehicle's state; `liability`
    the liability coverages.
    """

    policy: UUID
    policy_number: str
    line: str
    status: PolicyStatus
    in_force: bool
    effective: date
    expiration: date
    cancellation_on: date | None
    carrier: str
    carrier_phone: str
    claim_phone: str
    company_number: str
    named_insureds: list[str]
    excluded_drivers: list[str]
    liability: list[Coverage]
    vehicle: Vehicle


class InsuredVehicles(Model):
    """Vehicles on the account's active and future auto policies."""

    items: list[InsuredVehicle]
    as_of: datetime | None
    feed: FeedState = "never"


class ListInsuredVehicles(
    Request[InsuredVehicles],
    owner="policy",
    caller=Caller.INSURED,
    reads=True,
    asked_by=("documents",),
    limits=("id-cards",),
):
    """What ID cards are made from; `policy` narrows it to one policy."""

    policy: UUID | None = None


class ListVehiclesOf(StaffRequest[InsuredVehicles], owner="policy", reads=True, asked_by=("documents",)):
    """The same of an account of the agency, for the ID card that staff send; none of an account that it has not."""

    account: UUID
    policy: UUID | None = None
