"""Policies with their terms and how they are billed, as the AMS tells them."""

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from .insured import Coverage, Discount, Driver, Interest, Location, Vehicle
from .values import FromAms, Id, Line, Money, OptionalId, Short, State


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


class Term(FromAms):
    """A term: its dates, what it costs and all that it covers. Days are in the policy's own time zone."""

    effective: date
    expiration: date
    premium: Money | None = None
    term_months: Annotated[int, Field(ge=1, le=120)] | None = None
    coverages: Annotated[list[Coverage], Field(max_length=200)] = Field(default_factory=list)
    discounts: Annotated[list[Discount], Field(max_length=100)] = Field(default_factory=list)
    vehicles: Annotated[list[Vehicle], Field(max_length=500)] = Field(default_factory=list)
    drivers: Annotated[list[Driver], Field(max_length=200)] = Field(default_factory=list)
    locations: Annotated[list[Location], Field(max_length=200)] = Field(default_factory=list)
    interests: Annotated[list[Interest], Field(max_length=200)] = Field(default_factory=list)


class PendingCancellation(FromAms):
    """A notice of cancellation: the day from which there would be no cover, why, and what would be paid to stay."""

    on: date | None = None
    reason: Short = ""
    amount: Money | None = None


class Invoice(FromAms):
    """A bill for a policy that is not settled yet."""

    number: Short
    due_on: date | None = None
    total: Money | None = None
    balance: Money | None = None


class Policy(Term):
    """A policy, with its present term.

    Dates are days in `time_zone` (the agency's when empty); cover begins and ends at 12:01 a.m. there. `line` is the
    ACORD line-of-business code and `status` the trade's word, or any of the AMS's: both are mapped by us and kept.
    `cancellation_on` is the effective day of a confirmed or pending cancellation. `named_insureds` defaults to the
    account's name. `carrier` is whom people deal with, `writing_carrier` who writes the policy where that is another.

    `terms` may tell earlier and coming terms of the same policy; `renews` names the policy that this one renews, for an
    AMS with a record for each term. An AMS that tells neither, and simply comes with the next term, is understood too.
    `billing_type` is any code or word for who bills (A, C, P, "Agency Bill", "Premium Finance" …), `billing` what
    people read of it.
    """

    kind: ClassVar[str] = "policy"
    account: Id
    carrier: Id
    number: Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]
    line: Line
    status: Annotated[str, StringConstraints(min_length=1, max_length=40, strip_whitespace=True)]
    time_zone: Annotated[str, StringConstraints(max_length=60)] = ""
    state: State = ""
    cancellation_on: date | None = None
    description: Short = ""
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "USD"
    billing: Short = ""
    named_insureds: Annotated[list[Short], Field(max_length=20)] = Field(default_factory=list)
    writing_carrier: OptionalId = ""
    renews: OptionalId = ""
    terms: Annotated[list[Term], Field(max_length=10)] = Field(default_factory=list)
    billing_type: Short = ""
    pay_plan: Short = ""
    next_due_on: date | None = None
    next_due: Money | None = None
    balance: Money | None = None
    invoices: Annotated[list[Invoice], Field(max_length=60)] = Field(default_factory=list)
    pending_cancellation: PendingCancellation | None = None
