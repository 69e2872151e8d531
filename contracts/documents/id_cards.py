"""ID cards: for which vehicles there can be one, made for an insured, or sent on the agency's word."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from contracts.agency_requests import StaffRequest
from contracts.kinds import Caller, Event, Model, NotFound, Refusal, Request
from contracts.policy.freshness import FeedState
from contracts.policy.vehicles import VehicleSearch

from .mailings import MailLimit, NoEmailOnFile
from .vault import Document


class IdCardRefused(Refusal):
    """No card can be made for this vehicle; facts: `reason`, one of IdCardReason."""

    code, status, title = "id_card_refused", 409, "An ID card cannot be made for this vehicle."


IdCardReason = Literal[
    "not_in_force",
    "pending_cancellation",
    "vin_incomplete",
    "vin_wrong",
    "vehicle_details_missing",
    "address_missing",
    "liability_missing",
    "carrier_number_missing",
    "state_missing",
    "carrier_card_only",
    "state_has_no_card",
    "stale_data",
]


class IdCardOption(Model):
    """A vehicle for which an ID card can be had, or the reason why not.

    `made` is the card that was made before and still holds, where the data is too old for a new one;
    `vin_end` the last six characters of the VIN, by which the vehicles of a fleet are told apart.
    """

    policy: UUID
    policy_number: str
    line: str
    carrier: str
    vehicle: str
    vehicle_name: str
    state: str
    effective: date
    expiration: date
    available: bool
    reason: IdCardReason | None = None
    made: Document | None = None
    vin_end: str = ""


class IdCardOptions(Model):
    """A page of the vehicles of the account's auto policies, policy by policy, and how fresh the facts are.

    `total` counts all that were looked for; `cursor` fetches the next page.
    """

    items: list[IdCardOption]
    as_of: datetime | None
    feed: FeedState = "fresh"
    total: int = 0
    cursor: str | None = None


class ListIdCards(
    VehicleSearch, Request[IdCardOptions], owner="documents", caller=Caller.INSURED, reads=True, limits=("id-cards",)
):
    """For which vehicles an ID card can be made today."""


class IssueIdCard(
    Request[Document],
    owner="documents",
    caller=Caller.INSURED,
    refusals=(NotFound, IdCardRefused),
    limits=("id-cards",),
):
    """Draws and keeps the ID card of a vehicle; the same facts give the same document again."""

    policy: UUID
    vehicle: str = Field(max_length=80)


class ListContactIdCards(
    VehicleSearch, StaffRequest[IdCardOptions], owner="documents", reads=True, refusals=(NotFound,)
):
    """For the agency: which ID cards can be sent to a contact today, and why the others cannot."""

    contact: UUID


class IdCardSent(Model):
    """The ID card that was mailed, and where to, masked."""

    document: Document
    sent_to: str


class SendIdCard(
    StaffRequest[IdCardSent],
    owner="documents",
    refusals=(NotFound, IdCardRefused, NoEmailOnFile, MailLimit),
):
    """On the agency's word: draws the ID card of a vehicle and mails it to a contact's primary e-mail."""

    contact: UUID
    policy: UUID
    vehicle: str = Field(max_length=80)


class IdCardIssued(Event, owner="documents"):
    """An ID card was drawn for a vehicle."""

    account: UUID
    document: UUID
    policy: UUID
    vehicle: str
