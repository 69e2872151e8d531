"""Requests as the agency sees them: the inbox, one request with its facts, and the answers to it."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from contracts.agency_requests import StaffRequest
from contracts.kinds import BadRequest, Caller, Model, NotFound, Nothing, Request

from .request_forms import RequestKind
from .requests import RequestRecord, RequestSummary, SentBefore, Written

Answered = Literal["in-progress", "waiting-for-you", "done", "declined"]


class InboxItem(RequestSummary):
    """A request in the inbox; `assigned` and `assigned_name` are empty while it is nobody's."""

    account: UUID
    account_name: str
    assigned: UUID | None
    assigned_name: str


class Inbox(Model):
    """A page of requests, open ones first, the longest waiting on top; `cursor` fetches the next one.

    `open` counts the open ones of the agency, `fresh` those that nobody has looked at.
    """

    items: list[InboxItem]
    open: int
    fresh: int
    cursor: str | None = None


class InboxRecord(RequestRecord):
    """A request with what only the agency sees: whose it is and who works on it; `contact` made it."""

    account: UUID
    account_ams_id: str
    account_name: str
    contact: UUID
    assigned: UUID | None
    assigned_name: str


class ListInbox(StaffRequest[Inbox], owner="policy", reads=True):
    """The agency's requests; `q` is looked for in names, policy numbers and what was written.

    `assigned` narrows it to who asks (`me`) or to what is nobody's (`nobody`), `account` to one account.
    """

    status: Literal["open", "closed", "all", "sent", "seen", "in-progress", "waiting-for-you", "done", "declined"] = (
        "open"
    )
    form: RequestKind | None = None
    account: UUID | None = None
    assigned: Literal["", "me", "nobody"] = ""
    q: str = Field(default="", max_length=80)
    limit: int = Field(default=50, ge=1, le=200)
    cursor: str = Field(default="", max_length=200)


class GetInboxRequest(StaffRequest[InboxRecord], owner="policy", reads=True, refusals=(NotFound,)):
    """One request of the agency's."""

    request: UUID


class SeeRequest(StaffRequest[Nothing], owner="policy", refusals=(NotFound,)):
    """Somebody has looked at a request: one that was only sent is seen now; nobody is told."""

    request: UUID


class AnswerRequest(StaffRequest[InboxRecord], owner="policy", refusals=(BadRequest, NotFound, SentBefore)):
    """Writes to the insured, changes the status, or both; the insured is told. `submission` as in MakeRequest.

    A system may say for whom it speaks (`name`); of staff the name is known.
    """

    request: UUID
    submission: UUID
    text: Written | None = None
    status: Answered | None = None
    name: str = Field(default="", max_length=120, pattern=r"^[^\x00-\x1f\x7f]*$")


class AssignRequest(
    Request[InboxRecord],
    owner="policy",
    caller=Caller.AGENCY,
    roles=("admin", "agent", "csr"),
    refusals=(NotFound, BadRequest),
):
    """Gives a request to a member of staff, or to nobody."""

    request: UUID
    member: UUID | None = None
