"""Policies as an insured may see them, and the event that one has changed."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from contracts.ams import PolicyStatus
from contracts.kinds import Caller, Event, Model, NotFound, Request

from .billing import Billing, PendingCancellation
from .freshness import FeedState
from .insured import Coverage, Discount, Driver, Interest, Location, Vehicle
from .money import Money
from .requests import RequestSummary
from .terms import TermChanges, TermSummary

HOME_NAMES = 4  # of a fleet's vehicles
Standing = Literal["active", "future", "past"]


class CarrierCard(Model):
    """A carrier as the pages of one policy show it: what it has for that line; links are https addresses or empty.

    `writing_company` is who writes the policy where that is another company of the group, which is `parent`.
    """

    name: str
    phone: str
    payment_url: str
    claim_url: str
    claim_phone: str
    writing_company: str = ""
    parent: str = ""
    naic: str = ""


class PolicySummary(Model):
    """A policy in a list, in the term that covers today where one does.

    `standing` says on which side of today the term lies, in the policy's own time zone; `in_force` whether it covers
    today; `status` is the AMS's word mapped to ours; `line` is the ACORD line-of-business code (AUTOP, HOME, …), or the
    AMS's word where it is none.
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
    next_due_on: date | None = None
    next_due: Money | None = None
    pending_cancellation: PendingCancellation | None = None


class Policy(PolicySummary):
    """A policy with everything that its page shows.

    `since_last_term` says what changed from the term before, `at_renewal` what the coming one changes, each where both
    are known; `terms` are all that are known, newest first. `raw_line` and `raw_status` are the AMS's own words.
    """

    term_months: int | None
    billing: str
    carrier_details: CarrierCard
    named_insureds: list[str]
    coverages: list[Coverage]
    insured_vehicles: list[Vehicle]
    drivers: list[Driver]
    as_of: datetime
    feed: FeedState = "fresh"
    raw_line: str = ""
    raw_status: str = ""
    discounts: list[Discount] = []
    locations: list[Location] = []
    interests: list[Interest] = []
    billing_details: Billing = Billing()
    terms: list[TermSummary] = []
    since_last_term: TermChanges | None = None
    at_renewal: TermChanges | None = None


class PolicyList(Model):
    """A page of policies; `cursor` fetches the next one; `lines` are the lines that the account has, for the filter.

    `as_of` is when the agency's system was last heard from; empty when it never was.
    """

    items: list[PolicySummary]
    lines: list[str]
    cursor: str | None = None
    as_of: datetime | None
    feed: FeedState = "fresh"


class PolicySearch(Model):
    """Which of the account's policies are looked for, in which order, and a page of them.

    `q` is sought in number, carrier, description, vehicles and line code; policies of the lines in `q_lines` are found
    too (those whose name, in the reader's language, is what was typed).
    """

    status: Literal["active", "past", "future", "all"] = "active"
    sort: Literal["renewal", "line", "carrier", "number"] = "renewal"
    line: str = Field(default="", max_length=20)
    q: str = Field(default="", max_length=80)
    q_lines: list[str] = Field(default=[], max_length=60)
    limit: int = Field(default=50, ge=1, le=200)
    cursor: str = Field(default="", max_length=400)


class ListPolicies(PolicySearch, Request[PolicyList], owner="policy", caller=Caller.INSURED, reads=True):
    """The account's policies, searched, filtered and sorted.

    `line_names` are the lines' names as their reader sorts them, in small letters without accents: an order by line is
    one by these, and by the code itself where there is none.
    """

    line_names: dict[str, str] = Field(default={}, max_length=60)


class GetPolicy(Request[Policy], owner="policy", caller=Caller.INSURED, reads=True, refusals=(NotFound,)):
    """One policy of the account."""

    policy: UUID


class HomePolicy(PolicySummary):
    """A policy on Home, with the names of its first HOME_NAMES vehicles, so that an ID card is one tap away."""

    vehicle_names: dict[str, str]


class HomePolicies(Model):
    """Home's share of the book: active policies, those that renew within 45 days, pending cancellations.

    `due` are those of which a payment is due within 30 days or overdue, the most urgent first; `requests` the newest
    of the account's open ones.
    """

    active: list[HomePolicy]
    renewing: list[UUID]
    pending_cancellation: list[UUID]
    past: int
    as_of: datetime | None
    feed: FeedState = "fresh"
    due: list[UUID] = []
    requests: list[RequestSummary] = []


class GetHomePolicies(Request[HomePolicies], owner="policy", caller=Caller.INSURED, reads=True):
    """What Home shows of the account's policies."""


class ChangedPolicy(Model):
    """A policy that was added, changed or deleted; `version` is the AMS's sequence of it.

    `account_ams_id` is the AMS's id of the account. `cancellation_on` is set once a cancellation is confirmed. What a
    snapshot mends or sweeps keeps its version: `changed_at` then tells the newer from the older.
    """

    policy: UUID
    account_ams_id: str
    version: int
    changed_at: datetime
    deleted: bool
    number: str
    status: PolicyStatus
    effective: date
    expiration: date
    cancellation_on: date | None


class PoliciesChanged(Event, owner="policy", heard_by=("documents",)):
    """Policies of an agency became newer: those of a batch of the AMS's together, MOST_CHANGED at most."""

    policies: list[ChangedPolicy]
