"""A policy's terms: what each was, and what changed from one to the next."""

from datetime import date
from decimal import Decimal
from typing import Literal

from contracts.kinds import Model

from .money import Money

Subject = Literal[
    "premium",
    "coverage",
    "limit",
    "deductible",
    "discount",
    "surcharge",
    "vehicle",
    "driver",
    "excluded_driver",
    "location",
    "interest",
]


class TermSummary(Model):
    """A term of a policy."""

    effective: date
    expiration: date
    premium: Money | None


class Change(Model):
    """One thing that differs between two terms.

    `name` is of the thing itself; `code` its ACORD code where it has one (a coverage's, an interest's nature); `item`
    names the vehicle or location that it belongs to; `basis` what a limit or deductible applies to. `before` and
    `after` are amounts of money, or percentages where `percent` says so; empty where there was or is none.
    """

    subject: Subject
    how: Literal["added", "removed", "changed"]
    code: str = ""
    name: str = ""
    item: str = ""
    basis: str = ""
    before: Decimal | None = None
    after: Decimal | None = None
    percent: bool = False


class TermChanges(Model):
    """What differs in a term from the one before it; empty where both cover the same at the same price."""

    before: TermSummary
    after: TermSummary
    items: list[Change]
