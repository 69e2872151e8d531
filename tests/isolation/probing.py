"""Asking a route in somebody's name with somebody's ids, and judging what came back."""

import itertools
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

import httpx

from tests.gateway.conftest import SAME_SITE

from . import filling
from .households import Household, text_of
from .portal import Caller, Portal
from .routes import Served

VARYING = re.compile(r"\"trace\": ?\"[^\"]*\"|name=\"csrf\" value=\"[^\"]*\"|\b[0-9a-f]{32}\b")

_numbers: defaultdict[str, int] = defaultdict(itertools.count(1).__next__)  # of callers, and of routes


@dataclass(frozen=True)
class Answer:
    """What came back; `text` is everything of it in lower case, without what the request itself had sent."""

    status: int
    text: str
    kind: str
    location: str

    @property
    def to_sign_in(self) -> bool:
        """Whether it leads to the sign-in page."""
        return self.status in (302, 303) and "/sign-in" in self.location

    @property
    def shape(self) -> tuple[int, str]:
        """What must not tell a foreign id from one that does not exist."""
        return self.status, self.text


async def ask(
    portal: Portal,
    browser: httpx.AsyncClient,
    route: Served,
    caller: Caller,
    target: Household,
    slug: str = "",
    extra: dict[str, Any] | None = None,
) -> Answer:
    """Asks the route with the target's ids, in the caller's name; `extra` are fields that the body should not have."""
    slug = slug or caller.agency
    fields = {**filling.body(route, target), **(extra or {})}
    headers = {"X-Forwarded-For": _place(caller, route)}
    options: dict[str, Any] = {}
    if route.is_api:
        if caller.token:
            headers["Authorization"] = f"Bearer {caller.token}"
        if route.media == "application/x-www-form-urlencoded":
            options["data"] = fields
        elif route.media:
            options["json"] = fields
    else:
        headers |= SAME_SITE
        if caller.token:
            headers["Cookie"] = f"{_cookie(portal, caller)}={caller.token}"
        mark = portal.door._parts.seal.mark("form", caller.token or "none")
        options["data" if route.media else "params"] = {**fields, "csrf": mark}
    address = filling.address(route, target, slug)
    response = await browser.request(route.method, address, headers=headers, **options)
    return _answer(response, filling.sent(route, target, slug, fields))


def _place(caller: Caller, route: Served) -> str:
    """An address of this caller's at this route alone, so that no budget is used up by what is asked elsewhere."""
    who, where = _numbers[caller.name], _numbers[str(route)]
    return f"10.{where // 250}.{where % 250}.{who % 250}"


def _cookie(portal: Portal, caller: Caller) -> str:
    jar = portal.door._parts.jar
    if caller.read_only:
        return jar.view
    return jar.session if caller.kind == "contact" else jar.staff


def _answer(response: httpx.Response, sent: str) -> Answer:
    kind = response.headers.get("content-type", "")
    shown = [f"{name}: {value}" for name, value in response.headers.items() if name not in ("date", "set-cookie")]
    text = "\n".join([*sorted(shown), text_of(response.content, kind)])
    text = unquote_plus(unquote_plus(text)).lower()
    for value in sorted(set(re.findall(r"[\w=-]{8,}", sent)), key=len, reverse=True):
        text = text.replace(value, "…")  # what the request said itself may come back
    text = re.sub(r"content-length: \d+", "", VARYING.sub("", text))
    return Answer(response.status_code, text, kind, response.headers.get("location", ""))


def reaches(caller: Caller, route: Served) -> bool:
    """Whether the caller has a live session of the kind that the route looks at."""
    if not caller.token or caller.name == "a session that has ended":
        return False
    if route.is_api:
        of_agency = "agency" in route.names and "/sign-in/" not in f"{route.path}/"
        return of_agency is (caller.kind != "contact")
    if "/view/" in route.path:
        return caller.read_only
    if "/console" in route.path:
        return caller.kind == "staff"
    return caller.kind == "contact" and not caller.read_only


def hidden_from(caller: Caller, portal: Portal) -> list[Household]:
    """The households of which this caller may see nothing."""
    if caller.kind != "contact":
        return [house for house in portal.households if house.agency != caller.agency]
    return [house for house in portal.households if house is not caller.household]


def leaks(answer: Answer, hidden: list[Household]) -> list[str]:
    """Canaries of these households in an answer."""
    return [canary for house in hidden for canary in house.canaries() if canary in answer.text]


async def rows_of(portal: Portal, houses: list[Household]) -> dict[str, set[str]]:
    """Every row in any database that speaks of these households, by table, as a hash."""
    pattern = "|".join(sorted(canary for house in houses for canary in house.canaries()))
    found: dict[str, set[str]] = {}
    for name, logins in portal.logins.items():
        tables = await logins.fetch(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        for table in (row["relname"] for row in tables):
            if table in ("inbox", "outbox", "chunks"):
                continue
            rows = await logins.fetch(f"SELECT md5(t::text) AS row FROM {table} t WHERE t::text ~* $1", pattern)
            found[f"{name}.{table}"] = {row["row"] for row in rows}
    return found


def told(route: Served, caller: Caller, target: Household, answer: Answer) -> str:
    """A line for a failure."""
    said = re.search(r"\"code\": ?\"(\w+)|<h1[^>]*>([^<]+)|location: (\S+)", answer.text)
    return f"{route} as {caller.name} with ids of {target.word}: {answer.status} {said.group() if said else ''}"
