"""What documents says: what can be handed over as proof, its bytes, and its way to a mailbox."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from .kinds import Caller, Event, Model, NotFound, Refusal, Request

CHUNK = 128 * 1024  # bytes of a document in one answer: a message stays under the bus's 256 KiB
DocumentKind = Literal["id_card"]


class IdCardRefused(Refusal):
    """No card can be made for this vehicle; facts: `reason`, one of IdCardReason."""

    code, status, title = "id_card_refused", 409, "An ID card cannot be made for this vehicle."


class MailLimit(Refusal):
    """This person has e-mailed too many documents today; facts: `retry_after` in seconds."""

    code, status = "mail_limit", 429
    title = "Too many documents were e-mailed today. Please try again tomorrow."


class NoEmailOnFile(Refusal):
    """Staff wanted to send something to a contact whom no mail reaches."""

    code, status, title = "no_email_on_file", 409, "This contact has no e-mail address on file."


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


class Document(Model):
    """A document of the account; `sha256` is of its bytes, in hex; `current` is False once it no longer holds."""

    id: UUID
    kind: DocumentKind
    title: str
    file_name: str
    content_type: str
    size: int
    sha256: str
    made_at: datetime
    current: bool


class Documents(Model):
    """Documents, newest first."""

    items: list[Document]


class IdCardOption(Model):
    """A vehicle for which an ID card can be had, or the reason why not."""

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


class IdCardOptions(Model):
    """Every vehicle of the account's auto policies, and how fresh the facts are."""

    items: list[IdCardOption]
    as_of: datetime | None


class ListIdCards(Request[IdCardOptions], owner="documents", caller=Caller.INSURED, reads=True, limits=("id-cards",)):
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


class GetHomeDocuments(Request[Documents], owner="documents", caller=Caller.INSURED, reads=True):
    """What Home shows of the account's documents: the newest five."""


class DocumentList(Model):
    """A page of documents, newest first; `cursor` fetches the older ones."""

    items: list[Document]
    cursor: str | None = None


class ListDocuments(Request[DocumentList], owner="documents", caller=Caller.INSURED, reads=True):
    """Every document of the account, also those that no longer hold."""

    limit: int = Field(default=50, ge=1, le=100)
    cursor: UUID | None = None


class Content(Model):
    """A piece of a document's bytes: at most CHUNK of them from `offset`."""

    document: Document
    offset: int
    chunk: bytes


class ReadContent(
    Request[Content],
    owner="documents",
    caller=Caller.INSURED,
    reads=True,
    refusals=(NotFound,),
    limits=("id-cards",),
):
    """Bytes of a document of the account, checked against its hash before they leave.

    `download` says that they are to be kept rather than shown. A remembered device gets ID cards alone.
    """

    document: UUID
    offset: int = Field(default=0, ge=0)
    download: bool = False


class ReadAttachment(
    Request[Content],
    owner="documents",
    caller=Caller.PROCESS,
    reads=True,
    asked_by=("notify",),
    refusals=(NotFound,),
):
    """Bytes of a document that a mail carries; only notify can ask."""

    agency: UUID
    document: UUID
    offset: int = Field(default=0, ge=0)


class Emailed(Model):
    """Where a document was sent, masked."""

    sent_to: str


class EmailDocument(Request[Emailed], owner="documents", caller=Caller.INSURED, refusals=(NotFound, MailLimit)):
    """Sends a document by e-mail: to the signed-in person, or to `to`."""

    document: UUID
    to: str = Field(default="", max_length=254)


class ListContactIdCards(
    Request[IdCardOptions],
    owner="documents",
    caller=Caller.AGENCY,
    scope="agency:admin",
    reads=True,
    refusals=(NotFound,),
):
    """For the agency: which ID cards can be sent to a contact today, and why the others cannot."""

    contact: UUID


class IdCardSent(Model):
    """The ID card that was mailed, and where to, masked."""

    document: Document
    sent_to: str


class SendIdCard(
    Request[IdCardSent],
    owner="documents",
    caller=Caller.AGENCY,
    scope="agency:admin",
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
