"""Whatever asks whether a policy is in force gets the answer of terms.py: SQL and function agree on every page."""

import itertools
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from contracts.policy.policies import GetHomePolicies, GetPolicy, ListPolicies, PolicySummary
from contracts.policy.vehicles import InsuredVehicle, ListInsuredVehicles
from services.policy.statuses import standing_of
from services.policy.terms import Term, in_force, local, standing, term_of
from tests import stack

from .conftest import SLUG, Book, day, policy

WORDS = ("Active", "Pending Cancel", "Cancelled", "Expired", "Reinstated", "Renewed", "Non-Renewal", "Replaced", "Odd")
SPANS = ((-30, 30), (-30, 0), (0, 30), (-1, 1), (1, 30))
CANCELS = (None, -10, 0, 10)
ZONES = ("America/New_York", "Pacific/Honolulu")
EVERY = tuple(itertools.product(WORDS, SPANS, CANCELS))


def made(number: int, word: str, span: tuple[int, int], cancels: int | None) -> tuple[dict[str, Any], Term]:
    """A policy as the AMS tells it, and its term as the function has it."""
    zone = ZONES[number % 2]
    data = policy(
        number=f"N{number:04d}",
        status=word,
        effective=day(span[0]),
        expiration=day(span[1]),
        cancellation_on=None if cancels is None else day(cancels),
        time_zone=zone,
        vehicles=[{"id": "1", "make": "Honda"}],
    )
    given = [data[name] and date.fromisoformat(data[name]) for name in ("effective", "expiration", "cancellation_on")]
    return data, term_of(standing_of(word, notice=False), *given, ZoneInfo(zone))


async def everything(book: Book) -> list[PolicySummary]:
    found: list[PolicySummary] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await book.ask(ListPolicies(status="all", sort="number", limit=100, cursor=cursor))
        found, cursor = [*found, *page.items], page.cursor
    return found


async def vehicles(book: Book) -> list[InsuredVehicle]:
    found: list[InsuredVehicle] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await book.ask(ListInsuredVehicles(cursor=cursor))
        found, cursor = [*found, *page.items], page.cursor
    return found


async def test_every_page_says_of_every_policy_what_the_function_says(book: Book) -> None:
    told = [made(number, *each) for number, each in enumerate(EVERY)]
    for number, (data, _) in enumerate(told):
        await book.ops.jetstream().publish(f"ams.{SLUG}.policy", stack.cloud_event("policy", f"P{number}", 1, data))
    await stack.eventually(lambda: stack.unsettled(book.ops, "AMS", "policy-ams"), 0)
    while True:
        before = datetime.now(UTC)
        found, cards, home = await everything(book), await vehicles(book), await book.ask(GetHomePolicies())
        full = [await book.ask(GetPolicy(policy=item.id)) for item in found[::40]]
        expected, later = (
            {data["number"]: term.in_force_at(moment) for data, term in told} for moment in (before, datetime.now(UTC))
        )
        if expected == later:  # else a day began meanwhile where some of them are
            break
    assert {item.number: item.in_force for item in found} == expected
    assert all(card.in_force == expected[card.policy_number] for card in cards)
    assert {number for number, covered in expected.items() if covered} <= {card.policy_number for card in cards}
    assert all(item.in_force == expected[item.number] for item in home.active)
    assert {number for number, covered in expected.items() if covered} <= {item.number for item in home.active}
    assert all(one.in_force == expected[one.number] for one in full)


async def test_the_sql_agrees_with_the_function_on_every_day(book: Book) -> None:
    told = [made(number, *each)[1] for number, each in enumerate(EVERY)]
    zone = ZoneInfo(ZONES[0])
    moments = [local(date.fromisoformat(day(offset)), zone) for offset in range(-31, 32)]
    rows = await book.logins.fetch(
        f"SELECT {in_force('t', 'm.at')} AS covers, {standing('t', 'm.at')} AS side FROM"
        " unnest($1::timestamptz[], $2::timestamptz[], $3::boolean[]) WITH ORDINALITY"
        " AS t(starts_at, ends_at, covers, n), unnest($4::timestamptz[]) WITH ORDINALITY AS m(at, n) ORDER BY t.n, m.n",
        [term.starts_at for term in told],
        [term.ends_at for term in told],
        [term.covers for term in told],
        moments,
    )
    for row, (term, moment) in zip(rows, itertools.product(told, moments), strict=True):
        assert row["covers"] == term.in_force_at(moment)
        assert not row["covers"] or row["side"] == "active"
