"""What the agency's system (the AMS) hears back from the portal: the data of CloudEvents 1.0 on `portal.<agency>.>`."""

from datetime import datetime
from re import sub
from typing import Any, ClassVar
from uuid import UUID

from .kinds import Model


class PortalEvent(Model):
    """Data of an event that the AMS hears on `portal.<agency>.<what_happened>`; `told_by` owns it."""

    what: ClassVar[str] = ""
    told_by: ClassVar[str] = ""

    @classmethod
    def __pydantic_init_subclass__(cls, *, told_by: str = "", what: str = "", **_: Any) -> None:
        if told_by:
            cls.told_by = told_by
            cls.what = what or sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()

    @classmethod
    def type_name(cls) -> str:
        """The CloudEvents type."""
        return f"portal.{cls.what}.v1"


class SignedIn(PortalEvent, told_by="identity"):
    """A contact signed in; ids are the AMS's own."""

    contact: str
    account: str | None
    amr: tuple[str, ...]
    at: datetime


class IdCardIssued(PortalEvent, told_by="documents", what="id-card.issued"):
    """An insured drew an ID card; ids are ours, `account` is the AMS's."""

    account: str
    policy: UUID
    vehicle: str
    document: UUID
    at: datetime


class DocumentViewed(PortalEvent, told_by="documents", what="document.viewed"):
    """An insured opened a document; told once an hour for one person and document. `document` is our id of it."""

    account: str
    document: UUID
    kind: str
    title: str
    at: datetime


class ConsentChanged(PortalEvent, told_by="identity", what="consent.changed"):
    """A contact agreed to something or withdrew it; ids are the AMS's own.

    `consent` is `sms` or `e-delivery`, `address` the number or e-mail address that it is about, `version` and
    `language` say which text was read.
    """

    contact: str
    account: str
    consent: str
    given: bool
    address: str
    version: str
    language: str
    at: datetime


class ActivityHeadSigned(PortalEvent, told_by="identity", what="activity-head.signed"):
    """How far the activity log had come: `signature` is a compact JWS over agency, number, hash and time.

    Kept outside the portal it proves later that no entry up to `number` was changed or taken away.
    """

    number: int
    hash: str
    at: datetime
    signature: str


class EventRefused(PortalEvent, told_by="identity,policy", what="event.refused"):
    """An event of the AMS's was stored and then found wrong; it waits in quarantine.

    `event` is its CloudEvents id where it has one, `pointer` a JSON pointer to what is wrong, `problem` a sentence.
    """

    event: str | None
    type: str | None
    subject: str | None
    code: str
    pointer: str
    problem: str
    quarantine: UUID


PORTAL_EVENTS: tuple[type[PortalEvent], ...] = (
    SignedIn,
    IdCardIssued,
    DocumentViewed,
    ConsentChanged,
    ActivityHeadSigned,
    EventRefused,
)
