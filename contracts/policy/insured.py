"""What a policy covers and for whom, as an insured may see it: numbers of licences and loans only by their end."""

from datetime import date
from decimal import Decimal

from contracts.kinds import Model

from .money import Money


class Limit(Model):
    """A limit: `basis` is the trade's wording for what it applies to ("each accident")."""

    basis: str
    amount: Decimal


class Deductible(Model):
    """A deductible: an amount, or a percentage of what is insured; `type` is the agency's word for what it is."""

    basis: str
    amount: Decimal | None
    percent: Decimal | None = None
    type: str = ""


class Coverage(Model):
    """A coverage of a policy or of a part of it; `code` is the ACORD coverage code where the AMS has it.

    `wording` stands where there is no amount ("Statutory"); `item` names what the coverage belongs to where it is told
    apart from that; `form` is the form's number and edition.
    """

    code: str
    description: str
    limits: list[Limit]
    deductibles: list[Deductible]
    premium: Decimal | None
    wording: str = ""
    item: str = ""
    form: str = ""


class Discount(Model):
    """A discount, or a surcharge; `item` names the vehicle, driver or location that it is for."""

    description: str
    surcharge: bool
    amount: Money | None
    percent: Decimal | None
    item: str


class Vehicle(Model):
    """A vehicle on a policy, with its own coverages; `id` is the AMS's id of it within the policy."""

    id: str
    year: int | None
    make: str
    model: str
    vin: str
    state: str
    coverages: list[Coverage]
    use: str = ""


class Driver(Model):
    """A driver named on a policy; `licence` is the last four characters of the number, hidden before them."""

    name: str
    excluded: bool
    relation: str = ""
    licence: str = ""
    licence_state: str = ""
    financial_responsibility: bool = False


class Location(Model):
    """A place that a policy insures, with its own coverages."""

    id: str
    name: str
    street: str
    city: str
    state: str
    postal_code: str
    description: str
    construction: str
    year_built: int | None
    occupancy: str
    coverages: list[Coverage]


class Interest(Model):
    """Somebody with an interest in what is insured: `nature` is the ACORD code, or the agency's own word.

    `item` names the vehicle or location that it concerns; `loan` is the last four characters of the loan's number.
    """

    nature: str
    name: str
    street: str
    city: str
    state: str
    postal_code: str
    item: str
    loan: str
    rank: int | None
    ends_on: date | None
    waiver_of_subrogation: bool
