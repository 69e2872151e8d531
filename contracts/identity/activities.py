"""Activity: what was done in an account and by whom, in a chain that shows every change to it."""

from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import Field

from contracts.agency_requests import AdminRequest
from contracts.kinds import Caller, Job, Model, NotFound, Request

from .texts import AgencySlug, Typed


class What(StrEnum):
    """What was done; the words of pages hang on these values, which never change."""

    SIGNED_IN = "signed-in"
    SIGNED_OUT = "signed-out"
    ACCOUNT_SWITCHED = "account-switched"
    ACCESS_GIVEN = "access-given"
    ACCESS_ENDED = "access-ended"
    ADDRESS_ALLOWED = "address-allowed"
    ADDRESS_STOPPED = "address-stopped"
    VIEW_REQUESTED = "view-requested"  # for the agency alone: it has the reason
    VIEW_OPENED = "view-opened"
    VIEW_ENDED = "view-ended"
    MEMBER_INVITED = "member-invited"
    MEMBER_SIGNED_IN = "member-signed-in"
    MEMBER_SIGNED_OUT = "member-signed-out"
    MEMBER_CHANGED = "member-changed"
    MEMBER_RECOVERED = "member-recovered"
    MEMBER_ENDED = "member-ended"
    SYSTEM_ADDED = "system-added"
    SYSTEM_SECRET_CHANGED = "system-secret-changed"  # noqa: S105 - a name of what was done
    SYSTEM_ENDED = "system-ended"
    SETTINGS_CHANGED = "settings-changed"
    CODES_WRONG = "codes-wrong"
    SESSION_ENDED = "session-ended"
    CONSENT_CHANGED = "consent-changed"
    DATA_EXPORTED = "data-exported"
    ID_CARD_ISSUED = "id-card-issued"
    DOCUMENT_OPENED = "document-opened"
    DOCUMENT_DOWNLOADED = "document-downloaded"
    DOCUMENT_EMAILED = "document-emailed"
    PASSKEY_ADDED = "passkey-added"
    PASSKEY_REMOVED = "passkey-removed"
    PASSKEYS_ENDED = "passkeys-ended"
    PASSKEY_EXCUSED = "passkey-excused"
    USER_NAME_ASSIGNED = "user-name-assigned"
    USER_NAME_REMOVED = "user-name-removed"
    PASSWORD_LINK_SENT = "password-link-sent"  # noqa: S105 - the name of a deed
    FIRST_PASSWORD_MADE = "first-password-made"  # noqa: S105 - the name of a deed
    PASSWORD_SET = "password-set"  # noqa: S105 - the name of a deed
    PASSWORDS_WRONG = "passwords-wrong"
    DEVICE_REMEMBERED = "device-remembered"
    GOOGLE_LINKED = "google-linked"
    GOOGLE_UNLINKED = "google-unlinked"
    DEVICE_FORGOTTEN = "device-forgotten"
    EVENT_SENT_AGAIN = "event-sent-again"
    REMOVAL_HELD = "removal-held"
    REMOVAL_WANTED = "removal-wanted"
    REMOVAL_FORGOTTEN = "removal-forgotten"
    WEBHOOK_ADDED = "webhook-added"
    WEBHOOK_CHANGED = "webhook-changed"
    WEBHOOK_SECRET_CHANGED = "webhook-secret-changed"  # noqa: S105 - a name of what was done
    WEBHOOK_REPLAYED = "webhook-replayed"
    WEBHOOK_ENDED = "webhook-ended"
    WEBHOOK_GIVEN_UP = "webhook-given-up"
    AUTHENTICATOR_SET = "authenticator-set"
    AUTHENTICATOR_REMOVED = "authenticator-removed"
    PORTAL_LINK_SENT = "portal-link-sent"
    REQUEST_MADE = "request-made"
    REQUEST_ANSWERED = "request-answered"
    REQUEST_REPLIED = "request-replied"
    CONTACT_CORRECTION_ASKED = "contact-correction-asked"
    CERTIFICATE_HOLDER_ADDED = "certificate-holder-added"
    CERTIFICATE_HOLDER_CHANGED = "certificate-holder-changed"
    CERTIFICATE_HOLDER_WITHDRAWN = "certificate-holder-withdrawn"
    CERTIFICATE_HOLDER_CONFIRMED = "certificate-holder-confirmed"


class Doer(Model):
    """Who did it: a contact, a member of staff, a system of the agency's, the AMS's feed, or the portal itself.

    `id` is ours for contacts, staff and systems; `name` is as it was known then; `address` is the client's.
    """

    kind: Literal["contact", "staff", "system", "ams", "portal"]
    id: str = ""
    name: str = ""
    address: str = ""


class Entry(Model):
    """Something that was done, as the household may see it: who did it, without the client's address.

    `mine` says that the person who asks did it; `about` names the contact that it concerns, where that is another
    one; `facts` are short texts whose meaning hangs on `what`.
    """

    number: int
    at: datetime
    what: What
    by: Literal["contact", "staff", "system", "ams", "portal"]
    name: str
    mine: bool
    about: str = ""
    facts: dict[str, str]


class Entries(Model):
    """A page of what was done, newest first; `cursor` fetches the older ones."""

    items: list[Entry]
    cursor: str | None = None


class ListActivity(Request[Entries], owner="identity", caller=Caller.INSURED, reads=True):
    """What was done in the open account."""

    limit: int = Field(default=50, ge=1, le=100)
    cursor: str = Field(default="", max_length=20, pattern=r"^\d{0,18}$")


class AgencyEntry(Model):
    """Something that was done, as the agency may see it; ids are ours, names beside them today's."""

    number: int
    at: datetime
    what: What
    doer: Doer
    account: UUID | None
    account_name: str
    contact: UUID | None
    contact_name: str
    facts: dict[str, str]


class AgencyEntries(Model):
    """A page of what was done in an agency, newest first; `cursor` fetches the older ones."""

    items: list[AgencyEntry]
    cursor: str | None = None


class ListAgencyActivity(AdminRequest[AgencyEntries], owner="identity", reads=True):
    """What was done in the agency: of one account, by one member of staff, or of one sort; all when left out."""

    account: UUID | None = None
    staff: Typed = Field(default="", max_length=80)
    what: What | None = None
    limit: int = Field(default=50, ge=1, le=100)
    cursor: str = Field(default="", max_length=20, pattern=r"^\d{0,18}$")


class RecordActivity(Job, owner="identity", enqueued_by=("documents", "policy")):
    """What another service did, to be appended once; `id` makes a repeat known, `at` is when.

    `contact` did it, unless `by` says who did, with our id of the `doer` where that is staff or a system; then it is
    the contact whom it concerns, if any.
    """

    id: UUID
    what: What
    account: UUID
    contact: UUID | None
    by: Literal["contact", "staff", "system", "ams", "portal"] = "contact"
    doer: UUID | None = None
    at: datetime
    facts: dict[str, str] = {}


class RecordAgencyActivity(Job, owner="identity", enqueued_by=("documents", "policy")):
    """What was done at another service for the agency as a whole, by staff, a system or the portal itself.

    `id` makes a repeat known, `doer` is our id of who did it, `address` the client's.
    """

    id: UUID
    what: What
    by: Literal["staff", "system", "portal"]
    doer: UUID | None = None
    address: str = ""
    at: datetime
    facts: dict[str, str] = {}


class Link(Model):
    """An entry of the chain as it is kept; hashes are in hex.

    `hash` is SHA-256 over the bytes of `previous` and the RFC 8785 form of the other fields but `previous`, with
    `at` in UTC to the microsecond and a `Z`.
    """

    agency: UUID
    number: int
    at: datetime
    what: str
    doer: dict[str, str]
    account: UUID | None
    contact: UUID | None
    facts: dict[str, str]
    previous: str
    hash: str


class Chain(Model):
    """A part of an agency's chain in its order, and the head of the whole as the database has it.

    `signed` are the signed heads (compact JWS) of these numbers, and with the last part those beyond it.
    """

    agency: UUID
    links: list[Link]
    number: int
    hash: str
    signed: list[str]


class ReadChain(
    Request[Chain], owner="identity", caller=Caller.PROCESS, reads=True, asked_by=("ops",), refusals=(NotFound,)
):
    """The chain of an agency after an entry's number, to be checked or exported; `agency` is its short name."""

    agency: AgencySlug
    after: int = Field(default=0, ge=0)
    limit: int = Field(default=64, ge=1, le=64)
