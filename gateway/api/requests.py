"""Requests over the JSON API: of an insured to the agency, and the agency's inbox for its staff and systems."""

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from contracts.identity.agencies import Language
from contracts.policy.request_forms import RequestForm
from contracts.policy.request_inbox import (
    Answered,
    AnswerRequest,
    AssignRequest,
    GetInboxRequest,
    Inbox,
    InboxRecord,
    ListInbox,
)
from contracts.policy.requests import (
    GetRequest,
    ListRequests,
    MakeRequest,
    RequestList,
    RequestRecord,
    WriteMessage,
    Written,
)

from .answers import PREFIX, PROBLEMS, answer
from .caller import agency_caller, ask_of

router = APIRouter(prefix=PREFIX, responses=PROBLEMS, tags=["requests"])


class NewRequest(BaseModel):
    """What is asked for. `acknowledged` is the version of the text in GET /requests that the person has agreed to.

    `submission` is any new id: sent again with the same one, the request is made once. Where it is not `certain`, what
    looks wrong comes back first, as 409 `looks_wrong`.
    """

    form: RequestForm
    acknowledged: str = Field(default="", max_length=20)
    language: Language = "en"
    submission: UUID = Field(default_factory=uuid4)
    certain: bool = True


class NewMessage(BaseModel):
    """A message; `submission` as in a new request."""

    text: Written
    submission: UUID = Field(default_factory=uuid4)


class Reply(BaseModel):
    """The agency's answer: a text, another status, or both; a system says for whom it speaks."""

    model_config = ConfigDict(extra="forbid")

    text: Written | None = None
    status: Answered | None = None
    name: str = Field(default="", max_length=120)
    submission: UUID = Field(default_factory=uuid4)


class RequestPatch(BaseModel):
    """Who works on a request; empty for nobody."""

    model_config = ConfigDict(extra="forbid")

    member: UUID | None


@router.get("/requests", response_model=RequestList)
async def show(wanted: Annotated[ListRequests, Query()], request: Request) -> Response:
    """The account's requests, and the text that a new one has to acknowledge."""
    ask = await ask_of(request)
    found = await ask(wanted)
    return answer(found)


@router.post("/requests", response_model=RequestRecord, status_code=201)
async def make(body: NewRequest, request: Request) -> Response:
    """Sends a request to the agency."""
    ask = await ask_of(request)
    wanted = MakeRequest(
        submission=body.submission,
        form=body.form,
        acknowledged=body.acknowledged,
        language=body.language,
        certain=body.certain,
    )
    made = await ask(wanted)
    return answer(made, 201, {"location": f"{PREFIX}/requests/{made.id}"})


@router.get("/requests/{request_id}", response_model=RequestRecord)
async def show_one(request_id: UUID, request: Request) -> Response:
    """One request with its conversation."""
    ask = await ask_of(request)
    found = await ask(GetRequest(request=request_id))
    return answer(found)


@router.post("/requests/{request_id}/messages", response_model=RequestRecord, status_code=201)
async def write(request_id: UUID, body: NewMessage, request: Request) -> Response:
    """Writes to the agency in a request."""
    ask = await ask_of(request)
    written = await ask(WriteMessage(request=request_id, submission=body.submission, text=body.text))
    return answer(written, 201)


@router.get("/{agency}/requests", response_model=Inbox)
async def show_inbox(agency: str, wanted: Annotated[ListInbox, Query()], request: Request) -> Response:
    """The agency's requests, the open ones by default, the longest waiting first."""
    who = await agency_caller(request, agency)
    found = await who.ask(wanted)
    return answer(found)


@router.get("/{agency}/requests/{request_id}", response_model=InboxRecord)
async def show_received(agency: str, request_id: UUID, request: Request) -> Response:
    """One request with everything that was sent."""
    who = await agency_caller(request, agency)
    found = await who.ask(GetInboxRequest(request=request_id))
    return answer(found)


@router.post("/{agency}/requests/{request_id}/messages", response_model=InboxRecord, status_code=201)
async def reply(agency: str, request_id: UUID, body: Reply, request: Request) -> Response:
    """Answers, changes the status, or both; the insured is told."""
    who = await agency_caller(request, agency)
    wanted = AnswerRequest(
        request=request_id, submission=body.submission, text=body.text, status=body.status, name=body.name
    )
    answered = await who.ask(wanted)
    return answer(answered, 201)


@router.patch("/{agency}/requests/{request_id}", response_model=InboxRecord)
async def assign(agency: str, request_id: UUID, body: RequestPatch, request: Request) -> Response:
    """Gives a request to a member of staff, or to nobody."""
    who = await agency_caller(request, agency)
    assigned = await who.ask(AssignRequest(request=request_id, member=body.member))
    return answer(assigned)
