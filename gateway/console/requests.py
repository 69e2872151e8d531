"""The inbox of requests: found, looked at, answered, and given to somebody."""

from typing import Any, get_args
from urllib.parse import urlencode
from uuid import UUID, uuid4

from pydantic import ValidationError
from starlette.responses import Response

from contracts.identity.staff import ListColleagues
from contracts.kinds import BadRequest, Broken, NotFound, Unavailable
from contracts.policy.request_inbox import (
    Answered,
    AnswerRequest,
    AssignRequest,
    GetInboxRequest,
    ListInbox,
    SeeRequest,
)
from contracts.policy.requests import SentBefore
from gateway.requests import forms, words

from .desk import Desk

FIELDS = ListInbox.model_fields
ANSWERED = "Your answer is on its way."
ASSIGNED = "{name} works on this request now."
UNASSIGNED = "Nobody works on this request now."
TOO_LONG = "A message has at most 2,000 characters."


async def show_list(desk: Desk) -> Response:
    """The inbox as the address asks for it; what it does not understand is as if it were not there."""
    query = desk.request.query_params
    kind = query.get("kind", "")
    asked = ListInbox(
        status=_one_of("status", query.get("status")),
        form=kind if kind in forms.SECTIONS else None,
        account=_id_or_none(query.get("account", "")),
        assigned=_one_of("assigned", query.get("assigned")),
        q=query.get("q", "").strip()[:80],
        cursor=query.get("cursor", "")[:200],
    )
    found = await desk.ask(asked)
    filters = {"status": asked.status, "kind": asked.form or "", "assigned": asked.assigned, "q": asked.q}
    filters["account"] = str(asked.account or "")
    more = urlencode({**filters, "cursor": found.cursor}) if found.cursor else ""
    first = urlencode(filters) if asked.cursor else ""
    return await desk.show("requests.html", "requests", inbox=found, asked=asked, words=words, more=more, first=first)


async def show(desk: Desk) -> Response:
    """One request; whoever opens a new one has seen it."""
    request = await desk.ask(GetInboxRequest(request=_request(desk)))
    if request.status == "sent":
        await desk.ask(SeeRequest(request=request.id))
    return await _page(desk)


async def answer(desk: Desk) -> Response:
    """Sends a text, another status, or both; what was typed stays where it could not be sent."""
    form = desk.form()
    text, status = form.get("text", "").replace("\r\n", "\n").strip(), form.get("status", "")
    typed: dict[str, Any] = {"text": text, "status": status}
    try:
        submission = UUID(form.get("submission", ""))
        wanted = AnswerRequest(
            request=_request(desk),
            submission=submission,
            text=text or None,
            status=status if status in get_args(Answered) else None,
        )
    except (ValidationError, ValueError):
        return await _page(desk, typed, desk.say(TOO_LONG), 400)
    try:
        await desk.ask(wanted)
    except BadRequest as refusal:
        return await _page(desk, typed, desk.say(words.PROBLEMS[refusal.facts.get("reason", "form")]), 400)
    except SentBefore as refusal:
        return await _page(desk, typed, desk.say(refusal.title), 409)
    except (Unavailable, Broken) as refusal:
        return await _page(desk, {**typed, "submission": submission}, desk.say(refusal.title), refusal.status)
    return desk.go(f"/requests/{wanted.request}", notice=desk.say(ANSWERED))


async def assign(desk: Desk) -> Response:
    """Gives the request to a member of staff, or to nobody."""
    member = _id_or_none(desk.form().get("member", ""))
    given = await desk.ask(AssignRequest(request=_request(desk), member=member))
    notice = desk.say(ASSIGNED, name=given.assigned_name) if given.assigned else desk.say(UNASSIGNED)
    return desk.go(f"/requests/{given.id}", notice=notice)


async def _page(desk: Desk, typed: dict[str, Any] | None = None, error: str = "", status_code: int = 200) -> Response:
    request = await desk.ask(GetInboxRequest(request=_request(desk)))
    colleagues = await desk.ask(ListColleagues())
    return await desk.show(
        "request.html",
        "requests",
        status_code=status_code,
        request=request,
        sections=forms.SECTIONS[request.kind],
        filled_in=forms.filled_in(request.form),
        words=words,
        answers=get_args(Answered),
        colleagues=colleagues.items,
        error=error,
        **{"text": "", "status": "", "submission": uuid4(), **(typed or {})},
    )


def _one_of(field: str, value: str | None) -> Any:
    return value if value in get_args(FIELDS[field].annotation) else FIELDS[field].default


def _request(desk: Desk) -> UUID:
    request: UUID = desk.request.path_params["request"]
    return request


def _id_or_none(text: str) -> UUID | None:
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None
