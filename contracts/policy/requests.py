"""Requests of insureds to their agency: made with a typed form, talked about, and followed until they are settled."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from contracts.identity.agencies import Language
from contracts.kinds import BadRequest, Caller, Model, NotFound, Refusal, Request
from contracts.typed_text import Seen

from .request_forms import RequestForm, RequestKind

Status = Literal["sent", "seen", "in-progress", "waiting-for-you", "done", "declined"]
Written = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=2000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
    ),
    Seen,
]


class AcknowledgementNeeded(Refusal):
    """The text that must be acknowledged was not, or is another one meanwhile; facts: `version`, the present one."""

    code, status = "acknowledgement_needed", 409
    title = "Please confirm that no coverage is changed until your agency confirms."


class SentBefore(Refusal):
    """The same submission came before with something else in it; facts: `request`, what it became."""

    code, status = "sent_before", 409
    title = "This form was sent before. To add something, please write a message in that request."


class LooksWrong(Refusal):
    """Something looks wrong and the sender wanted to know before it is sent; facts: `warnings` by field."""

    code, status = "looks_wrong", 409
    title = "Please look at this once more. If it is right, send it again."


class TooManyRequests(Refusal):
    """A person has sent as many requests or messages as one may in a day; facts: `retry_after` in seconds."""

    code, status = "too_many_requests", 429
    title = "You have sent a lot today. Please call your agency, or try again tomorrow."


class Acknowledgement(Model):
    """The text that must be acknowledged, in each language, and its version."""

    version: str
    texts: dict[Language, str]


class RequestMessage(Model):
    """Something that was written or done in a request; `status` is set where it became another one.

    `by` is who: a contact of the account, the agency's staff, or the agency's system; `mine` says that it was the
    person who asks.
    """

    id: UUID
    at: datetime
    by: Literal["contact", "staff", "system", "ams"]
    name: str
    mine: bool
    text: str
    status: Status | None


class RequestSummary(Model):
    """A request in a list; `open` until it is done or declined, `policy_number` where it is about one policy."""

    id: UUID
    kind: RequestKind
    status: Status
    open: bool
    made_at: datetime
    changed_at: datetime
    made_by: str
    mine: bool
    policy: UUID | None
    policy_number: str
    line: str
    subject: str
    effective_on: date | None


class RequestRecord(RequestSummary):
    """A request with everything that was sent, and the conversation, oldest first.

    `form` has the fields of its kind; `warnings` name fields that look wrong, and how (`vin_incomplete`, `vin_wrong`,
    `past`); `acknowledged` is the text that was read, with its version and language.
    """

    form: dict[str, Any]
    vehicle_name: str
    warnings: dict[str, str]
    acknowledged: str
    acknowledged_version: str
    acknowledged_language: Language
    acknowledged_at: datetime
    messages: list[RequestMessage]


class RequestList(Model):
    """A page of the account's requests, open ones first, then by their newest change; `cursor` fetches the next one."""

    items: list[RequestSummary]
    open: int
    cursor: str | None = None
    acknowledgement: Acknowledgement


class ListRequests(Request[RequestList], owner="policy", caller=Caller.INSURED, reads=True):
    """The account's requests, whoever of it made them."""

    status: Literal["open", "closed", "all"] = "all"
    limit: int = Field(default=50, ge=1, le=200)
    cursor: str = Field(default="", max_length=200)


class GetRequest(Request[RequestRecord], owner="policy", caller=Caller.INSURED, reads=True, refusals=(NotFound,)):
    """One request of the account."""

    request: UUID


class MakeRequest(
    Request[RequestRecord],
    owner="policy",
    caller=Caller.INSURED,
    refusals=(BadRequest, NotFound, AcknowledgementNeeded, SentBefore, LooksWrong, TooManyRequests),
):
    """Sends a request to the agency.

    `submission` names this one sending: the same again changes nothing. `acknowledged` is the version of the text that
    the person has read and agreed to, in `language`. Where it is not `certain`, what looks wrong comes back first.
    """

    submission: UUID
    form: RequestForm
    acknowledged: str = Field(default="", max_length=20)
    language: Language = "en"
    certain: bool = True


class WriteMessage(
    Request[RequestRecord],
    owner="policy",
    caller=Caller.INSURED,
    refusals=(NotFound, SentBefore, TooManyRequests),
):
    """Writes to the agency in a request; one that was settled is open again. `submission` as in MakeRequest."""

    request: UUID
    submission: UUID
    text: Written
