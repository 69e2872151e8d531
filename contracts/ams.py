"""What the agency's system (the AMS) publishes to us, as CloudEvents 1.0 in JSON."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

MAX_EVENT_BYTES = 256 * 1024  # the bus refuses more
Id = Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)]
Short = Annotated[str, StringConstraints(max_length=120, strip_whitespace=True)]
State = Annotated[str, StringConstraints(pattern=r"^([A-Z]{2})?$")]
HttpsUrl = Annotated[str, StringConstraints(pattern=r"^(https://[^\s<>\"]{1,400})?$")]


class FromAms(BaseModel):
    """Data of an AMS event: fields that we do not know are kept, not refused."""

    model_config = ConfigDict(frozen=True, extra="allow")
    kind: ClassVar[str] = ""


class Account(FromAms):
    """A household or business; `number` is what people call it by in the AMS."""

    kind: ClassVar[str] = "account"
    name: Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
    number: Short
    type: Literal["personal", "commercial"] = "personal"
    street: Short = ""
    city: Short = ""
    state: State = ""
    postal_code: Short = ""


class Contact(FromAms):
    """A person on an account.

    `email` is the primary e-mail; `access` is the AMS's Client Center Access toggle (a primary contact has access by
    having a primary e-mail); `mobile` is in E.164 form and may receive identification codes.
    """

    kind: ClassVar[str] = "contact"
    account: Id
    role: Literal["primary", "second", "additional"]
    first_name: Short = ""
    last_name: Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
    email: Annotated[str, StringConstraints(max_length=254, pattern=r"^([^\s@]+@[^\s@]+\.[^\s@]+)?$")] = ""
    mobile: Annotated[str, StringConstraints(pattern=r"^(\+[1-9]\d{7,14})?$")] = ""
    phone: Short = ""
    access: bool = False
    language: Literal["", "en", "es"] = ""


class Carrier(FromAms):
    """An insurance company; `company_numbers` maps a state to the number that its ID cards must carry.

    `naic` (five digits) serves every state that is not named in `company_numbers`.
    """

    kind: ClassVar[str] = "carrier"
    name: Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
    naic: Annotated[str, StringConstraints(pattern=r"^(\d{5})?$")] = ""
    company_numbers: dict[Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")], Short] = {}
    phone: Short = ""
    claim_phone: Short = ""
    payment_url: HttpsUrl = ""
    claim_url: HttpsUrl = ""


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


class Amount(FromAms):
    """A limit or a deductible with the wording of its basis ("each accident")."""

    basis: Short = ""
    amount: Annotated[Decimal, Field(max_digits=14, decimal_places=2, ge=0)]


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


class ReceiptLine(FromAms):
    """What a part of a payment was for; `policy` is the AMS's id of the policy, where it was for one."""

    description: Short
    amount: Annotated[Decimal, Field(max_digits=14, decimal_places=2)]
    policy: Annotated[str, StringConstraints(max_length=80, strip_whitespace=True)] = ""


class Receipt(FromAms):
    """Money that the agency has taken from an insured; `number` is what people call it by.

    A receipt is never edited: a correction is a receipt of its own that `reverses` an earlier one (the AMS's id) and
    whose amount is negative. `received_on` is a day at the agency.
    """

    kind: ClassVar[str] = "receipt"
    account: Id
    number: Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]
    received_on: date
    amount: Annotated[Decimal, Field(max_digits=14, decimal_places=2)]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "USD"
    method: Short = ""
    payer: Short = ""
    reverses: Annotated[str, StringConstraints(max_length=80, strip_whitespace=True)] = ""
    lines: Annotated[list[ReceiptLine], Field(max_length=100)] = []


class CertificateHolder(FromAms):
    """Whom a certificate of insurance is made out to.

    `portal_id` is the id in `portal.<agency>.certificate-holder.added`, where the holder was added in the portal: with
    it the AMS confirms that one, instead of adding another.
    """

    kind: ClassVar[str] = "certificate-holder"
    account: Id
    name: Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
    attention: Short = ""
    street: Short = ""
    city: Short = ""
    state: State = ""
    postal_code: Short = ""
    email: Annotated[str, StringConstraints(max_length=254, pattern=r"^([^\s@]+@[^\s@]+\.[^\s@]+)?$")] = ""
    portal_id: Annotated[str, StringConstraints(max_length=80, strip_whitespace=True)] = ""


class Heartbeat(FromAms):
    """Nothing happened, and the feed is alive."""

    kind: ClassVar[str] = "feed"


class SnapshotStarted(FromAms):
    """From here on the AMS tells all that it has, each event with the snapshot's id as its `snapshot`.

    Published before the AMS begins to read its own database, so that what changes meanwhile is told after it.
    """

    kind: ClassVar[str] = "snapshot"


class SnapshotEnded(FromAms):
    """All has been told: `counts` says how many entities of each kind the snapshot holds.

    Once as many have been applied, what it did not name is gone. A kind that is not in `counts` is left alone.
    """

    kind: ClassVar[str] = "snapshot"
    counts: dict[Annotated[str, StringConstraints(pattern=r"^[a-z-]{1,40}$")], Annotated[int, Field(ge=0)]]


class CloudEvent(BaseModel):
    """The envelope (CloudEvents 1.0): `subject` is the AMS's own id of the entity.

    `sequence` is a decimal integer in a string that rises with each change of one entity; where an AMS has none,
    `time` orders. The newest wins whatever the order of arrival. `snapshot` is the id of the snapshot that the event
    is part of.
    """

    model_config = ConfigDict(frozen=True, extra="allow")
    specversion: Literal["1.0"]
    id: Id
    source: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    type: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    subject: Annotated[str, StringConstraints(max_length=80)] = ""
    time: datetime | None = None
    sequence: Annotated[str, StringConstraints(pattern=r"^\d{1,18}$")] | None = None
    snapshot: Annotated[str, StringConstraints(max_length=80)] = ""
    datacontenttype: Literal["application/json"] = "application/json"
    data: dict[str, Any] | None = None

    def version(self) -> int:
        """What orders this event among those of its entity: the sequence, or the time in microseconds.

        Raises ValueError where the event has neither.
        """
        if self.sequence is not None:
            return int(self.sequence)
        if self.time is None:
            raise ValueError("an event needs a sequence or a time")
        if self.time.tzinfo is None:
            raise ValueError("time needs a UTC offset")
        return int(self.time.timestamp() * 1_000_000)


ENTITIES: dict[str, type[FromAms]] = {
    model.kind: model for model in (Account, Contact, Carrier, Policy, Receipt, CertificateHolder)
}
SNAPSHOT = SnapshotStarted.kind  # heard by everyone who has entities, each for its own
HEARD_BY: dict[str, tuple[str, ...]] = {
    "identity": ("account", "contact", SNAPSHOT),
    "policy": ("carrier", "policy", "receipt", "certificate-holder", "feed", SNAPSHOT),
}
KINDS = tuple(sorted({kind for kinds in HEARD_BY.values() for kind in kinds}))
STARTED, ENDED = "ams.snapshot.started.v1", "ams.snapshot.ended.v1"
TYPES: dict[str, tuple[str, bool]] = {
    **{f"ams.{kind}.upserted.v1": (kind, False) for kind in ENTITIES},
    **{f"ams.{kind}.deleted.v1": (kind, True) for kind in ENTITIES},
    "ams.feed.heartbeat.v1": ("feed", False),
    STARTED: (SNAPSHOT, False),
    ENDED: (SNAPSHOT, False),
}
SIGNALS: dict[str, type[FromAms]] = {
    "ams.feed.heartbeat.v1": Heartbeat,
    STARTED: SnapshotStarted,
    ENDED: SnapshotEnded,
}
NEED_NO_DATA = frozenset({Heartbeat, SnapshotStarted})


def model_of(event_type: str) -> type[FromAms]:
    """What the data of an event of this type is; of a deletion, what was deleted."""
    return SIGNALS.get(event_type) or ENTITIES[TYPES[event_type][0]]
