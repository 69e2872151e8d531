"""Insured vehicles: the facts that ID cards are made from."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from contracts.agency_requests import StaffRequest
from contracts.ams import PolicyStatus
from contracts.kinds import Caller, Model, Request

from .freshness import FeedState
from .insured import Coverage, Vehicle

MOST_VEHICLES = 50  # in one answer: a fleet has thousands


class InsuredVehicle(Model):
    """The facts of one vehicle that an ID card must carry, as the book has them today.

    `carrier` is the company that writes the policy, `company_number` its number for the vehicle's state; `liability`
    the liability coverages. Other coverages are left out, of the vehicle too.
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
    """A page of the vehicles on the account's active and future auto policies, policy by policy.

    `total` counts all that were looked for; `cursor` fetches the next page, which may come before `limit` is full.
    """

    items: list[InsuredVehicle]
    as_of: datetime | None
    feed: FeedState = "never"
    total: int = 0
    cursor: str | None = None


class VehicleSearch(Model):
    """Which vehicles are looked for: of one policy, of one `vehicle` id, with every word of `q`; and a page of them.

    Words are looked for in year, make, model, VIN and the policy's number.
    """

    policy: UUID | None = None
    vehicle: str = Field(default="", max_length=80)
    q: str = Field(default="", max_length=80)
    limit: int = Field(default=MOST_VEHICLES, ge=1, le=MOST_VEHICLES)
    cursor: str = Field(default="", max_length=400)


class ListInsuredVehicles(
    VehicleSearch,
    Request[InsuredVehicles],
    owner="policy",
    caller=Caller.INSURED,
    reads=True,
    asked_by=("documents",),
    limits=("id-cards",),
):
    """What ID cards are made from."""


class ListVehiclesOf(VehicleSearch, StaffRequest[InsuredVehicles], owner="policy", reads=True, asked_by=("documents",)):
    """The same of an account of the agency, for the ID card that staff send; none of an account that it has not."""

    account: UUID
