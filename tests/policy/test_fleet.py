"""Vehicles of a fleet for its ID cards: 2,000 of them, page by page, found by what people call them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio

from contracts import ams
from contracts.policy.policies import GetHomePolicies, GetPolicy, ListPolicies
from contracts.policy.vehicles import InsuredVehicle, InsuredVehicles, ListInsuredVehicles
from ops.stack.nats import NatsServer
from services.policy import vehicles
from tests import stack

from .conftest import Book, day, opened_book, policy

OF_EACH, POLICIES = 500, 4  # an event has 500 vehicles at most
LIABILITY = [{"code": "CSL", "description": "Combined single limit", "limits": [{"amount": 1_000_000}]}]
LIMIT = {"basis": "each accident, and whatever else belongs to it", "amount": 100_000}
SMALL = 320 * 1024  # bytes: what a page may be at most
COVERED = [{"code": code, "limits": [{"amount": 100_000}]} for code in ("BI", "PD", "PIP", "UM", "UIM", "MED")]


def truck(number: int) -> dict[str, Any]:
    vin = f"1FTEW1EP7HF{number:06}"
    return {
        "id": f" u{number} ",
        "year": 2010 + number % 15,
        "make": "Ford",
        "model": "F-150",
        "vin": vin,
        "state": "TX",
    }


@pytest_asyncio.fixture(scope="module")
async def fleet(nats_server: NatsServer, clone: Callable[[str], Awaitable[stack.Logins]]) -> AsyncIterator[Book]:
    """A book to read only: 2,000 vehicles on four policies, each of which begins a day after the one before."""
    async with opened_book(nats_server, await clone("policy")) as book:
        await book.publish("carrier", "C1", 1, {"name": "Fictional Fleet", "company_numbers": {"TX": "TX-7"}})
        for number in range(POLICIES):
            trucks = [truck(number * OF_EACH + one) for one in range(OF_EACH)]
            facts = {"number": f"FL-{number}", "effective": day(number - 100), "named_insureds": ["Sample Freight LLC"]}
            drivers = [{"name": "Sam Excluded", "excluded": True}]
            told = policy(**facts, vehicles=trucks, coverages=LIABILITY, drivers=drivers)
            await book.publish("policy", f"P{number}", 1, told)
        yield book


async def pages(book: Book, **wanted: Any) -> AsyncIterator[InsuredVehicles]:
    cursor: str | None = ""
    while cursor is not None:
        page = await book.ask(ListInsuredVehicles(**wanted, cursor=cursor))
        yield page
        cursor = page.cursor


async def every(book: Book, **wanted: Any) -> list[InsuredVehicle]:
    return [one async for page in pages(book, **wanted) for one in page.items]


async def test_two_thousand_vehicles_come_page_by_page_each_once_and_in_the_agency_s_order(fleet: Book) -> None:
    seen = [page async for page in pages(fleet)]
    assert {page.total for page in seen} == {OF_EACH * POLICIES}
    assert max(len(page.model_dump_json()) for page in seen) < SMALL
    assert [one.vehicle.id for page in seen for one in page.items] == [f"u{n}" for n in range(OF_EACH * POLICIES)]
    last = seen[-1].items[-1]
    assert (last.policy_number, last.carrier, last.company_number) == ("FL-3", "Fictional Fleet", "TX-7")
    assert (last.named_insureds, last.excluded_drivers) == (["Sample Freight LLC"], ["Sam Excluded"])
    assert [one.code for one in last.liability] == ["CSL"]


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        ("001977", ["u1977"]),
        ("1ftew1ep7hf000003", ["u3"]),
        ("fl-2 2013 ford 1413", ["u1413"]),
        ("100% FORD", []),
        ("honda", []),
        ("_", []),
    ],
)
async def test_they_are_found_by_all_that_people_call_them(fleet: Book, sought: str, found: list[str]) -> None:
    page = await fleet.ask(ListInsuredVehicles(q=sought))
    assert [one.vehicle.id for one in page.items] == found
    assert (page.total, page.cursor) == (len(found), None)


async def test_a_page_of_what_was_sought_and_one_vehicle_of_a_policy(fleet: Book) -> None:
    assert len(await every(fleet, q="2024 FL-1", limit=10)) == len([n for n in range(500, 1000) if n % 15 == 14])
    first = (await fleet.ask(ListInsuredVehicles(limit=1))).items[0]
    narrowed = await fleet.ask(ListInsuredVehicles(policy=first.policy, vehicle="u7"))
    assert [(one.policy, one.vehicle.id) for one in narrowed.items] == [(first.policy, "u7")]
    assert (await fleet.ask(ListInsuredVehicles(policy=first.policy, vehicle="u500"))).items == []


@pytest.mark.parametrize("cursor", ["nonsense", "é", "AAAA", "WyJ2ZWhpY2xlcyIsIDEsIDIsIDMsIDRd"])
async def test_a_cursor_that_is_none_begins_at_the_beginning(fleet: Book, cursor: str) -> None:
    page = await fleet.ask(ListInsuredVehicles(cursor=cursor, limit=1))
    assert page.items[0].vehicle.id == "u0"


async def test_home_names_the_first_vehicles_alone(fleet: Book) -> None:
    home = await fleet.ask(GetHomePolicies())
    assert [(len(one.vehicle_names), one.vehicles) for one in home.active] == [(4, OF_EACH)] * POLICIES


async def test_a_page_ends_where_the_bus_would_take_no_more(book: Book) -> None:
    long = [{"code": "BI", "description": f"Part {n}", "limits": [LIMIT] * 20} for n in range(10)]
    await book.publish("policy", "P1", 1, policy(vehicles=[truck(n) for n in range(40)], coverages=long))
    seen = [page async for page in pages(book)]
    assert len(seen) > 1
    assert max(len(page.model_dump_json()) for page in seen) <= vehicles.LARGEST + 1024
    assert [one.vehicle.id for page in seen for one in page.items] == [f"u{n}" for n in range(40)]


async def test_an_answer_about_a_fleet_is_longer_than_any_event_and_comes_whole(book: Book) -> None:
    told = policy(vehicles=[{**truck(number), "coverages": COVERED} for number in range(500)])
    body = stack.cloud_event("policy", "P1", 1, told)
    assert len(body) < ams.MAX_EVENT_BYTES
    await book.publish("policy", "P1", 1, told)
    found = (await book.ask(ListPolicies())).items[0]
    shown = await book.ask(GetPolicy(policy=found.id))
    assert len(shown.model_dump_json()) > 1.5 * ams.MAX_EVENT_BYTES
    assert sum(len(vehicle.coverages) for vehicle in shown.insured_vehicles) == 500 * len(COVERED)
