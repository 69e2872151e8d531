"""Refusals as answers, only here: RFC 9457 problem+json for programs, a page with the reason for people."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from contracts.identity.contacts import GetMe, Me
from contracts.kinds import (
    BadRequest,
    Broken,
    NotFound,
    PasskeyRequired,
    PortalClosed,
    Refusal,
    SignInRequired,
    Unavailable,
)
from contracts.kinds import Request as Message
from contracts.streams import messages
from kit import telemetry
from kit.bus.sentences import sentence
from kit.bus.wire import bad_request

from . import oauth, plain_page, too_large
from .console import refused
from .console.desk import is_console
from .parts import Parts
from .refusals import TooLarge
from .rendering import translate
from .visit import Visit, open_visit
from .words import REASONS

PROBLEM = "application/problem+json"
STANDARD = frozenset({"type", "title", "status", "detail", "instance", "code", "trace"})
# what a person typed is checked where a message is made of it; any other model that does not fit is our own fault
REQUESTS = frozenset(message.__name__ for message in messages() if issubclass(message, Message))
WORTH_A_RETRY = frozenset({408, 429, 500, 503})


def refusal_of(error: Exception) -> Refusal:
    """The refusal that an error amounts to: anything unforeseen is Broken, and its text stays in the log."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, RequestValidationError):
        return _bad_request(error)
    if isinstance(error, ValidationError) and error.title in REQUESTS:
        return bad_request(error)
    if isinstance(error, HTTPException) and error.status_code < 500:
        return NotFound() if error.status_code == 404 else BadRequest(pointer="", problem=str(error.detail))
    return Broken()


def _bad_request(error: RequestValidationError) -> Refusal:
    first = error.errors()[0]
    place, *names = first["loc"]
    if place == "path":
        return NotFound()  # an id that cannot be one names nothing
    if place in ("query", "header", "cookie"):
        name = str(names[0]) if names else ""
        return BadRequest(pointer="", parameter=name, problem=_sentence(f"/{name}", first))
    if first["type"] == "json_invalid":
        return BadRequest(pointer="", problem="The body is not JSON.")
    if first["type"] == "missing" and not names:
        return BadRequest(pointer="", problem="The body is missing: send a JSON object, be it empty.")
    pointer = "".join(f"/{str(name).replace('~', '~0').replace('/', '~1')}" for name in names)
    return BadRequest(pointer=pointer, problem=_sentence(pointer, first))


def _sentence(pointer: str, found: Mapping[str, Any]) -> str:
    return sentence(pointer, found["type"], found.get("ctx", {}), found["msg"])


def problem(refusal: Refusal) -> dict[str, Any]:
    """The problem document: RFC 9457's members, `code`, the facts of the refusal, and the trace to quote."""
    facts = {name: value for name, value in refusal.facts.items() if name not in STANDARD}
    return {
        "type": f"urn:portico:problem:{refusal.code}",
        "title": refusal.title,
        "status": refusal.status,
        "code": refusal.code,
        **facts,
        "trace": telemetry.trace_id(),
    }


async def answer(parts: Parts, scope: Scope, refusal: Refusal) -> Response:
    """The answer that tells a refusal to whoever asked."""
    path: str = scope["path"]
    if path.startswith(oauth.PREFIX):
        response = oauth.refused(refusal)
    elif path.startswith("/api/") or path.endswith(".json"):
        response = Response(json.dumps(problem(refusal)), refusal.status, media_type=PROBLEM)
    else:
        response = await _page(parts, Request(scope), refusal)
    _add_headers(response, refusal)
    return response


def _add_headers(response: Response, refusal: Refusal) -> None:
    facts = refusal.facts
    if "retry_after" in facts:
        response.headers["retry-after"] = str(max(1, int(facts["retry_after"])))
    if "allow" in facts:
        response.headers["allow"] = str(facts["allow"])
    if refusal.status == 416:
        response.headers["content-range"] = f"bytes */{facts['size']}"
    if refusal.status == 401 and response.status_code == 401:
        response.headers.setdefault("www-authenticate", "Bearer")
    if refusal.status in (408, 413):
        response.headers["connection"] = "close"  # the body was not read to its end, or not at all


async def _page(parts: Parts, request: Request, refusal: Refusal) -> Response:
    retry = refusal.status in WORTH_A_RETRY and request.method in ("GET", "HEAD")
    if is_console(request.scope["path"]):
        return await refused.show(parts, request, refusal, retry=retry)
    slug = request.scope["path"].removeprefix("/").partition("/")[0]
    try:
        visit = await open_visit(parts, request, slug)
    except Refusal as trouble:  # an unknown agency, or an outage
        return plain_page.show(parts, request, refusal if isinstance(trouble, NotFound) and slug == "" else trouble)
    if isinstance(refusal, SignInRequired | PasskeyRequired):
        return _to_sign_in(visit, refusal)
    if isinstance(refusal, PortalClosed):
        return visit.render("closed.html", status_code=refusal.status)
    me = await _me(visit, refusal)
    if isinstance(refusal, NotFound):
        return visit.render("not_found.html", me, status_code=404)
    title, message = _words(visit, refusal)
    return visit.render(
        "error.html",
        me,
        status_code=refusal.status,
        title=title,
        message=message,
        trace=telemetry.trace_id() if refusal.status >= 500 else "",
        retry=retry,
        back=visit.own_path if isinstance(refusal, TooLarge) and too_large.is_file(request.scope["path"]) else "",
    )


async def _me(visit: Visit, refusal: Refusal) -> Me | None:
    """Whose menu the page shows; during an outage nobody is asked again."""
    if isinstance(refusal, Unavailable):
        return None
    try:
        return await visit.ask(GetMe())
    except Refusal:
        return None


def _words(visit: Visit, refusal: Refusal) -> tuple[str, str]:
    if refusal.facts.get("reason") in REASONS:
        why, remedy = REASONS[refusal.facts["reason"]]
        return visit.say(refusal.title), f"{translate(why, visit.language)} {translate(remedy, visit.language)}"
    if isinstance(refusal, TooLarge):
        advice = too_large.advice(visit.request.scope["path"])
        return visit.say(refusal.title), visit.say(advice, limit=too_large.limit_of(refusal))
    first, stop, rest = visit.say(refusal.title).partition(". ")
    return first + stop.strip(), rest


def _to_sign_in(visit: Visit, refusal: Refusal) -> Response:
    if isinstance(refusal, PasskeyRequired):
        return visit.go("/sign-in/passkey/first")
    if visit.view is not None:
        return visit.render("view_over.html", status_code=410, link=False, here=False)
    if visit.session is not None and visit.session.account is None:
        return visit.go("/sign-in/account")
    if visit.request.method not in ("GET", "HEAD"):  # and nobody may take it for done
        return visit.go("/sign-in?next=/&undone=yes")
    if visit.path == "/" and visit.session is None:
        return visit.go("/sign-in")
    # with `next` the sign-in page does not lead a session that services refuse straight back here
    return visit.go(f"/sign-in?next={quote(visit.path, safe='/')}")
