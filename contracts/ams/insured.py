"""What a policy covers and for whom: coverages, vehicles, drivers, locations, interests, as the AMS tells them."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field, StringConstraints

from .values import Amount, FromAms, Id, Money, OptionalId, Percent, Short, State


class Deductible(FromAms):
    """A deductible: an amount, or a `percent` of what is insured; `type` is the AMS's word or code for what it is."""

    basis: Short = ""
    type: Short = ""
    amount: Annotated[Decimal, Field(max_digits=14, decimal_places=2, ge=0)] | None = None
    percent: Annotated[Percent, Field(ge=0, le=100)] | None = None


class Coverage(FromAms):
    """A coverage; `code` is the ACORD coverage code.

    `level` says what it belongs to (policy, vehicle, location, driver, item) and `item` to which of them, by its id on
    the policy; a coverage within a vehicle or a location needs neither. `wording` stands where there is no amount
    ("Statutory", "Actual cash value"). `form` is the number of the form, `edition` its edition.
    """

    code: Short
    description: Short = ""
    limits: Annotated[list[Amount], Field(max_length=20)] = Field(default_factory=list)
    deductibles: Annotated[list[Deductible], Field(max_length=20)] = Field(default_factory=list)
    premium: Money | None = None
    level: Short = ""
    item: OptionalId = ""
    wording: Short = ""
    form: Short = ""
    edition: Short = ""


class Discount(FromAms):
    """A discount, or a surcharge where it adds; `item` is the id of the vehicle, driver or location that it is for."""

    code: Short = ""
    description: Short = ""
    surcharge: bool = False
    amount: Money | None = None
    percent: Percent | None = None
    item: OptionalId = ""


class Vehicle(FromAms):
    """A vehicle on a policy; `state` is where it is registered or garaged; a VIN is kept as it came, right or wrong."""

    id: Id
    year: Annotated[int, Field(ge=1900, le=2100)] | None = None
    make: Short = ""
    model: Short = ""
    vin: Annotated[str, StringConstraints(max_length=40, strip_whitespace=True)] = ""
    state: State = ""
    use: Short = ""
    coverages: Annotated[list[Coverage], Field(max_length=60)] = Field(default_factory=list)


class Driver(FromAms):
    """A driver named on a policy; of `licence_number` pages show the last four characters and no more."""

    name: Short
    id: OptionalId = ""
    excluded: bool = False
    relation: Short = ""
    licence_number: Short = ""
    licence_state: State = ""
    financial_responsibility: bool = False  # an SR-22 or its like is on file


class Location(FromAms):
    """A place that a policy insures: a home, a building, a site; `number` and `building` are the carrier's."""

    id: Id
    number: Short = ""
    building: Short = ""
    description: Short = ""
    street: Short = ""
    city: Short = ""
    state: State = ""
    postal_code: Short = ""
    construction: Short = ""
    year_built: Annotated[int, Field(ge=1600, le=2100)] | None = None
    occupancy: Short = ""
    coverages: Annotated[list[Coverage], Field(max_length=60)] = Field(default_factory=list)


class Interest(FromAms):
    """Somebody with an interest in what is insured.

    `nature` is ACORD's code (AI additional insured, AN additional named insured, MG mortgagee, LP loss payee, LO
    lender's loss payable, LH lienholder, AL lessor, CH certificate holder …) or the AMS's word for it; `item` the id of
    the vehicle or location that it concerns; `rank` the order among mortgagees; of `loan_number` pages show the last
    four characters. Without `ends_on` it lasts.
    """

    name: Short
    nature: Short = ""
    id: OptionalId = ""
    item: OptionalId = ""
    rank: Annotated[int, Field(ge=1, le=99)] | None = None
    loan_number: Short = ""
    street: Short = ""
    city: Short = ""
    state: State = ""
    postal_code: Short = ""
    starts_on: date | None = None
    ends_on: date | None = None
    waiver_of_subrogation: bool = False
