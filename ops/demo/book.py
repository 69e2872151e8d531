"""What the demo's book is written in: accounts with their people and policies, in days from the week of loading."""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from contracts import ams

from .vins import vin


@dataclass(frozen=True)
class Person:
    """A contact; `mobile` is the last two digits of a fictional number (555-01xx) in the account's area, or None."""

    first: str
    last: str
    email: str = ""
    mobile: int | None = None
    role: Literal["primary", "second", "additional"] = "primary"
    access: bool = False
    language: Literal["", "en", "es"] = ""


@dataclass(frozen=True)
class Car:
    """A vehicle; `number` is its VIN where it is not to be made from `serial`, `state` empty for the account's own."""

    year: int
    make: str
    model: str
    serial: int
    physical_damage: bool = True
    state: str = ""
    number: str = ""

    @property
    def vin(self) -> str:
        """Its VIN, as the agency's system has it."""
        return self.number or vin(self.year, self.serial)


@dataclass(frozen=True)
class Term:
    """A term by the day it ends: `ends_in` and `cancels_in` are days after the Monday of the week of loading.

    `back` is how many terms earlier it lies than the one that ends then (-1: the next one); `status` is the word of
    the agency's system.
    """

    ends_in: int
    months: int = 12
    status: str = "Active"
    cancels_in: int | None = None
    back: int = 0

    def days(self, monday: date) -> tuple[date, date, date | None]:
        """First day, last day and effective day of a cancellation."""
        expiration = months_before(monday + timedelta(days=self.ends_in), self.months * self.back)
        cancellation = None if self.cancels_in is None else monday + timedelta(days=self.cancels_in)
        return months_before(expiration, self.months), expiration, cancellation


@dataclass(frozen=True)
class Policy:
    """A policy's term with what it covers; premiums of its coverages and vehicles add up to its own.

    `renews` is the place, among the account's, of the policy that was its last term (from 1); `due` the days after the
    Monday and the amount of the next payment; `notice` the reason of a pending cancellation and what would keep it.
    """

    line: str
    carrier: str
    term: Term
    coverages: tuple[ams.Coverage, ...]
    cars: tuple[Car, ...] = ()
    car_coverages: tuple[ams.Coverage, ...] = ()
    drivers: tuple[ams.Driver, ...] = ()
    description: str = ""
    billing: str = "Direct bill"
    discounts: tuple[ams.Discount, ...] = ()
    locations: tuple[ams.Location, ...] = ()  # without a street: at the account's address
    interests: tuple[ams.Interest, ...] = ()
    renews: int = 0
    due: tuple[int, str] | None = None
    notice: tuple[str, str] | None = None


@dataclass(frozen=True)
class Account:
    """A household or business; `area` is the area code of its telephones."""

    number: str
    name: str
    address: tuple[str, str, str, str]
    people: tuple[Person, ...]
    policies: tuple[Policy, ...]
    area: str = "512"
    type: Literal["personal", "commercial"] = "personal"

    @property
    def state(self) -> str:
        """Where it lives or trades."""
        return self.address[2]


def renews(in_days: int, months: int = 12) -> Term:
    """An active term that ends in so many days."""
    return Term(in_days, months)


def starts(in_days: int, months: int = 12) -> Term:
    """A term that begins in so many days."""
    return Term(in_days, months, back=-1)


def before(term: Term, status: str) -> Term:
    """The term before an active one."""
    return replace(term, back=1, status=status)


def past(days_ago: int, months: int = 12, status: str = "Expired") -> Term:
    """A term that is over."""
    return Term(-days_ago, months, status)


def cancelled(days_ago: int, ends_in: int, months: int = 12) -> Term:
    """A term that was cancelled before its end."""
    return Term(ends_in, months, "Cancelled", -days_ago)


def cancels(in_days: int, ends_in: int, months: int = 12) -> Term:
    """A term in force whose cancellation has been announced."""
    return Term(ends_in, months, "Pending Cancel", in_days)


def not_renewed(ends_in: int, months: int = 12) -> Term:
    """A term in force that the carrier will not renew."""
    return Term(ends_in, months, "Non-Renewal")


def months_before(day: date, months: int) -> date:
    """The same day of the month so many months earlier (later if negative), or that month's last day."""
    whole = day.year * 12 + day.month - 1 - months
    year, month = divmod(whole, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
