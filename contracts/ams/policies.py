"""Policies and all that is on them, as the AMS tells them."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from .values import Amount, FromAms, Id, Short, State


class PolicyStatus(StrEnum):
    """The trade's policy statuses; a word that we do not know is `unknown` and never counts as in force."""

    ACTIVE = "active"
    PENDING_CANCELLATION = "pending_cancellation"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    RENEWING = "renewing"
    RENEWED = "renewed"
    REINSTATED = "reinstated"
    REPLACED = "replaced"
    NON_RENEWED = "non_renewed"
    REWRITTEN = "rewritten"
    UNKNOWN = "unknown"


class Coverage(FromAms):
    """A coverage; `code` is the ACORD coverage code."""

    code: Short
    description: Short = ""
    limits: Annotated[list[Amount], Field(max_length=20)] = []
    deductibles: Annotated[list[Amount], Field(max_length=20)] = []
    premium: Annotated[Decimal, Field(max_digits=14, decimal_places=2)] | None = None


class Vehicle(FromAms):
    """A vehicle on a policy; `state` is where it is registered or garaged; a VIN is kept as it came, right or wrong."""

    id: Id
    year: Annotated[int, Field(ge=1900, le=2100)] | None = None
    make: Short = ""
    model: Short = ""
    vin: Annotated[str, StringConstraints(max_length=40, strip_whitespace=True)] = ""
    state: State = ""
    coverages: Annotated[list[Coverage], Field(max_length=60)] = []


class Driver(FromAms):
    """A driver named on a policy."""

    name: Short
    excluded: bool = False


class Policy(FromAms):
    """A policy's present term.

    Dates are days in `time_zone` (the agency's when empty); cover begins and ends at 12:01 a.m. there. `line` is the
    ACORD line-of-business code; `status` any word of the AMS's, mapped by us and kept; `cancellation_on` is the
    effective day of a confirmed or pending cancellation. `named_insureds` defaults to the account's name.
    """

    kind: ClassVar[str] = "policy"
    account: Id
    carrier: Id
    number: Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]
    line: Annotated[str, StringConstraints(min_length=1, max_length=20, strip_whitespace=True)]
    status: Annotated[str, StringConstraints(min_length=1, max_length=40, strip_whitespace=True)]
    effective: date
    expiration: date
    time_zone: Annotated[str, StringConstraints(max_length=60)] = ""
    state: State = ""
    cancellation_on: date | None = None
    description: Short = ""
    premium: Annotated[Decimal, Field(max_digits=14, decimal_places=2)] | None = None
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "USD"
    term_months: Annotated[int, Field(ge=1, le=120)] | None = None
    billing: Short = ""
    named_insureds: Annotated[list[Short], Field(max_length=20)] = []
    coverages: Annotated[list[Coverage], Field(max_length=200)] = []
    vehicles: Annotated[list[Vehicle], Field(max_length=500)] = []
    drivers: Annotated[list[Driver], Field(max_length=200)] = []
