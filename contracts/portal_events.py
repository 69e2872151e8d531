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
    """An insured drew an ID card; `policy` and `document` are our ids, `account` and `vehicle` the AMS's."""

    account: str
    policy: UUID
    policy_number: str
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


class EventRefused(PortalEvent, told_by="documents,identity,policy", what="event.refused"):
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


class HeldKind(Model):
    """Of one kind: `going` would be removed, of the `there` that were there when the snapshot began."""

    kind: str
    going: int
    there: int

    def facts(self) -> dict[str, str]:
        """As an entry of the activity log keeps it."""
        return {"kind": self.kind, "going": str(self.going), "there": str(self.there)}


class SnapshotHeld(PortalEvent, told_by="documents,identity,policy", what="snapshot.held"):
    """A complete snapshot of the AMS's named so few of `kinds` that nothing of these was removed: an admin is asked.

    `snapshot` is the AMS's own id of it, `began_at` when its start was stored. What it did name was applied.
    """

    snapshot: str
    began_at: datetime
    kinds: list[HeldKind]
    at: datetime


class WebhookTested(PortalEvent, told_by="policy", what="webhook.tested"):
    """Sent to one webhook alone, because somebody at the agency wanted to see that it arrives."""

    webhook: UUID
    at: datetime


class WebhookGivenUp(PortalEvent, told_by="policy", what="webhook.given-up"):
    """A webhook was turned off by rule: nothing was delivered to it for three days, or it answered 410."""

    webhook: UUID
    url: str
    failing_since: datetime
    problem: str


class CertificateHolderAdded(PortalEvent, told_by="policy", what="certificate-holder.added"):
    """An insured added a certificate holder, which waits until the AMS confirms it.

    `holder` is our id of it: send it back as `portal_id` with the AMS's own holder. `account` is the AMS's id.
    """

    holder: UUID
    account: str
    name: str
    attention: str
    street: str
    city: str
    state: str
    postal_code: str
    email: str
    at: datetime


class CertificateHolderChanged(PortalEvent, told_by="policy", what="certificate-holder.changed"):
    """An insured changed a holder that still waits; ids as in CertificateHolderAdded, all fields as they are now."""

    holder: UUID
    account: str
    name: str
    attention: str
    street: str
    city: str
    state: str
    postal_code: str
    email: str
    at: datetime


class CertificateHolderWithdrawn(PortalEvent, told_by="policy", what="certificate-holder.withdrawn"):
    """An insured took back a holder that still waited; where the AMS has it already, it decides whether it stays."""

    holder: UUID
    account: str
    at: datetime


class RequestMade(PortalEvent, told_by="policy", what="request.made"):
    """An insured asked the agency for something; nothing is changed until the agency confirms.

    `request` is our id of it: send it back as `portal_id`. `account` and `policy` are the AMS's ids; `request_kind` and
    the fields of `form` are those of `contracts/policy/request_forms.py`.
    """

    request: UUID
    request_kind: str
    account: str
    contact_name: str
    policy: str | None
    policy_number: str
    form: dict[str, Any]
    acknowledged_version: str
    acknowledged_language: str
    at: datetime


class ContactCorrectionAsked(PortalEvent, told_by="policy", what="contact.correction-asked"):
    """An insured asked the agency to correct what is on file; answered like a request, by `request` as `portal_id`.

    `whose` is `mine`, `another` (then `person` says whose) or `account`; `field` what is wrong and `correct` how it is
    right. `account` is the AMS's id, `contact` our id of who asks.
    """

    request: UUID
    account: str
    contact: UUID
    contact_name: str
    whose: str
    person: str = ""
    field: str
    correct: str
    notes: str = ""
    acknowledged_version: str
    acknowledged_language: str
    at: datetime


class RequestReplied(PortalEvent, told_by="policy", what="request.replied"):
    """Somebody wrote in a request: the insured (`by` is `contact`), `staff` in the console, or a `system` over HTTP.

    `status` is what the request has with it; ids as in RequestMade.
    """

    request: UUID
    account: str
    message: UUID
    by: str
    name: str
    text: str
    status: str
    at: datetime


class RequestChanged(PortalEvent, told_by="policy", what="request.changed"):
    """Staff in the console, or a system over HTTP, gave a request another status without a word to it."""

    request: UUID
    account: str
    name: str
    status: str
    at: datetime


PORTAL_EVENTS: tuple[type[PortalEvent], ...] = (
    SignedIn,
    IdCardIssued,
    DocumentViewed,
    ConsentChanged,
    ActivityHeadSigned,
    EventRefused,
    SnapshotHeld,
    WebhookTested,
    WebhookGivenUp,
    CertificateHolderAdded,
    CertificateHolderChanged,
    CertificateHolderWithdrawn,
    RequestMade,
    ContactCorrectionAsked,
    RequestReplied,
    RequestChanged,
)
