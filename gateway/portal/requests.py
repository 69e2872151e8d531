"""Requests: what was asked of the agency and how far it is, one of them with its conversation, and writing in it."""

from uuid import UUID, uuid4

from pydantic import ValidationError
from starlette.responses import Response

from contracts.kinds import Broken, Unavailable
from contracts.policy.requests import ListRequests, SentBefore, TooManyRequests, WriteMessage
from gateway.requests import forms, words
from gateway.views import requests
from gateway.visit import Visit

STATUSES = ("open", "closed", "all")
SENT = "Your message is on its way to {agency}."
WRITE_SOMETHING = "Please write something, up to 2,000 characters."


async def show_list(visit: Visit) -> Response:
    """Everything that was asked for, the open ones first."""
    query = visit.request.query_params
    status = query.get("status", "all")
    asked = ListRequests(status=status if status in STATUSES else "all", cursor=query.get("cursor", "")[:200])
    me, found = await requests.list_with_me(visit.ask, asked)
    return visit.render(
        "requests.html", me, "requests", list=found, status=asked.status, words=words, further=bool(asked.cursor)
    )


async def show(visit: Visit) -> Response:
    """One request with everything that was sent, and the conversation."""
    return await _page(visit)


async def write(visit: Visit) -> Response:
    """Sends a message; what was typed stays where it could not be sent."""
    form = visit.form()
    text = form.get("text", "").replace("\r\n", "\n")
    try:
        submission = UUID(form.get("submission", ""))
        wanted = WriteMessage(request=_request(visit), submission=submission, text=text)
    except (ValidationError, ValueError):
        return await _page(visit, text, visit.say(WRITE_SOMETHING), 400)
    try:
        await visit.ask(wanted)
    except SentBefore:  # the form of an older page, with other words: they are a message of their own
        return await _page(visit, text, visit.say(SentBefore.title), 409)
    except (TooManyRequests, Unavailable, Broken) as refusal:
        return await _page(visit, text, visit.say(refusal.title), refusal.status, submission)
    return visit.go(f"/requests/{wanted.request}", notice=visit.say(SENT, agency=visit.agency.name))


async def _page(
    visit: Visit, text: str = "", error: str = "", status_code: int = 200, submission: UUID | None = None
) -> Response:
    me, request = await requests.one_with_me(visit.ask, _request(visit))
    return visit.render(
        "request.html",
        me,
        "requests",
        status_code=status_code,
        request=request,
        sections=forms.SECTIONS[request.kind],
        filled_in=forms.filled_in(request.form),
        words=words,
        text=text,
        error=error,
        submission=submission or uuid4(),
    )


def _request(visit: Visit) -> UUID:
    request: UUID = visit.request.path_params["request"]
    return request
