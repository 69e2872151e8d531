"""What an insured sees of the book: searched, sorted and filtered, and never another's."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, cast

import pytest
import pytest_asyncio

from contracts.kinds import NotFound
from contracts.policy.policies import GetHomePolicies, GetPolicy, ListPolicies
from contracts.policy.vehicles import ListInsuredVehicles
from kit.ids import new_id
from ops.stack.nats import NatsServer
from services.policy import home
from tests import stack

from .conftest import Book, day, opened_book, policy, tell_account

CAR = {"id": "1", "year": 2021, "make": "Honda", "model": "CR-V", "vin": "1HGCM82633A004352", "state": "TX"}


@pytest_asyncio.fixture(scope="module")
async def shelf(nats_server: NatsServer, clone: Callable[[str], Awaitable[stack.Logins]]) -> AsyncIterator[Book]:
    """A book to read only: active auto, home and umbrella, one policy of each other standing, somebody else's."""
    async with opened_book(nats_server, await clone("policy")) as book:
        yield await fill(book)


async def fill(book: Book) -> Book:
    await book.publish("carrier", "C1", 1, {"name": "Zebra Fictional", "naic": "99001", "phone": "800-555-0101"})
    await book.publish("carrier", "C2", 1, {"name": "Aardvark Fictional", "company_numbers": {"TX": "TX-7"}})
    book_of = [
        policy(number="PA-2", line="AUTOP", carrier="C1", expiration=day(20), vehicles=[CAR]),
        policy(number="HO-1", line="HOME", carrier="C2", expiration=day(200), description="12 Sample Lane"),
        policy(number="UM-3", line="PUMBR", carrier="C1", expiration=day(100), status="Pending Cancel"),
        policy(number="PA-OLD", effective=day(-500), expiration=day(-135), status="Expired"),
        policy(number="PA-GONE", status="Cancelled", cancellation_on=day(-10)),
        policy(number="PA-NEXT", effective=day(20), expiration=day(385), vehicles=[CAR]),
        policy(number="PA-ODD", status="Under review", expiration=day(300)),
    ]
    for number, data in enumerate(book_of):
        await book.publish("policy", f"P{number}", 1, data)
    await book.publish("policy", "P99", 1, policy(account="A2", number="NOT-YOURS", vehicles=[CAR]))
    await tell_account(book.ops, book.agency, new_id(), "A2", "Somebody else")
    return book


def numbers(found: object) -> list[str]:
    return [item.number for item in found.items]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (ListPolicies(), ["PA-2", "UM-3", "HO-1", "PA-ODD"]),
        (ListPolicies(sort="number"), ["HO-1", "PA-2", "PA-ODD", "UM-3"]),
        (ListPolicies(sort="line"), ["PA-2", "PA-ODD", "HO-1", "UM-3"]),
        (ListPolicies(sort="line", line_names={"PUMBR": "a", "HOME": "b"}), ["UM-3", "PA-2", "PA-ODD", "HO-1"]),
        (ListPolicies(sort="carrier"), ["HO-1", "PA-2", "UM-3", "PA-ODD"]),
        (ListPolicies(status="past"), ["PA-OLD", "PA-GONE"]),
        (ListPolicies(status="future"), ["PA-NEXT"]),
        (ListPolicies(line="HOME"), ["HO-1"]),
        (ListPolicies(q="sample"), ["HO-1"]),
        (ListPolicies(q="aardvark"), ["HO-1"]),
        (ListPolicies(q="pa-"), ["PA-2", "PA-ODD"]),
        (ListPolicies(q="cr-v"), ["PA-2"]),
        (ListPolicies(q="%"), []),
        (ListPolicies(q="'; DROP TABLE policies; --"), []),
        (ListPolicies(status="all", q="not-yours"), []),
    ],
)
async def test_lists_show_what_was_asked_for(shelf: Book, asked: ListPolicies, found: list[str]) -> None:
    assert numbers(await shelf.ask(asked)) == found


async def test_a_long_list_comes_in_pages_without_gap_or_repeat(shelf: Book) -> None:
    seen: list[str] = []
    cursor = ""
    while True:
        page = await shelf.ask(ListPolicies(status="all", limit=3, cursor=cursor))
        seen += numbers(page)
        if page.cursor is None:
            break
        cursor = page.cursor
    assert len(seen) == len(set(seen)) == 7


async def test_an_order_by_what_lines_are_called_goes_on_in_its_own_language_alone(shelf: Book) -> None:
    english = ListPolicies(sort="line", line_names={"PUMBR": "a", "HOME": "b", "AUTOP": "c"}, limit=2)
    first = await shelf.ask(english)
    assert numbers(first) == ["UM-3", "HO-1"]
    further = {"cursor": first.cursor}
    assert numbers(await shelf.ask(english.model_copy(update=further))) == ["PA-2", "PA-ODD"]
    names = {"PUMBR": "z", "HOME": "b", "AUTOP": "c"}
    spanish = await shelf.ask(english.model_copy(update={"line_names": names, **further}))
    assert numbers(spanish) == ["HO-1", "PA-2"], "a list in another order begins anew"


@pytest.mark.parametrize("cursor", ["nonsense", "é", "AAAA", "LTU="])
async def test_a_cursor_that_is_none_starts_at_the_beginning(shelf: Book, cursor: str) -> None:
    assert numbers(await shelf.ask(ListPolicies(cursor=cursor)))[0] == "PA-2"


async def test_home_says_what_renews_and_what_is_to_be_cancelled(shelf: Book) -> None:
    found = await shelf.ask(GetHomePolicies())
    of = {item.id: item.number for item in found.active}
    assert [of[key] for key in found.renewing] == ["PA-2"]
    assert [of[key] for key in found.pending_cancellation] == ["UM-3"]
    assert found.past == 2
    assert found.active[0].vehicle_names == {"1": "2021 Honda CR-V"}
    assert found.as_of is not None


async def test_home_has_past_policies_counted_and_fetches_none_of_them(shelf: Book) -> None:
    database, fetched = shelf.logins.open(), []

    class Counting:
        def __init__(self, driver: Any) -> None:
            self._driver = driver

        async def fetch(self, query: str, *arguments: object) -> Any:
            rows = await self._driver.fetch(query, *arguments)
            fetched.extend(rows)
            return rows

    async with database.transaction(shelf.agency, account=shelf.account) as tx:
        tx.driver, driver = cast("Any", Counting(tx.driver)), tx.driver
        found = await home.home(shelf.account, tx)
        tx.driver = driver
    await database.close()
    assert (found.past, len(found.active)) == (2, 4)
    assert len(fetched) == 4


async def test_an_unknown_status_is_shown_but_never_as_in_force(shelf: Book) -> None:
    odd = next(item for item in (await shelf.ask(ListPolicies())).items if item.number == "PA-ODD")
    assert (odd.status, odd.in_force) == ("unknown", False)


async def test_a_policy_in_full_has_its_carrier_and_falls_back_to_the_accounts_name(shelf: Book) -> None:
    listed = (await shelf.ask(ListPolicies())).items[0]
    found = await shelf.ask(GetPolicy(policy=listed.id))
    assert (found.carrier_details.name, found.carrier_details.phone) == ("Zebra Fictional", "800-555-0101")
    assert found.named_insureds == ["Rivera household"]
    assert found.insured_vehicles[0].vin == CAR["vin"]


async def test_vehicles_carry_the_carriers_number_for_their_state(shelf: Book) -> None:
    found = (await shelf.ask(ListInsuredVehicles())).items
    assert [(item.policy_number, item.company_number, item.in_force) for item in found] == [
        ("PA-2", "99001", True),
        ("PA-NEXT", "99001", False),
    ]


async def test_another_accounts_and_another_agencys_policy_are_not_there(shelf: Book) -> None:
    theirs = await shelf.logins.value("SELECT id FROM policies WHERE number = 'NOT-YOURS'")
    mine = await shelf.logins.value("SELECT id FROM policies WHERE number = 'PA-2'")
    with pytest.raises(NotFound):
        await shelf.ask(GetPolicy(policy=theirs))
    elsewhere = stack.signed(new_id(), shelf.account)
    with pytest.raises(NotFound):
        await shelf.asker.ask(GetPolicy(policy=mine), elsewhere)
    assert (await shelf.asker.ask(ListPolicies(status="all"), elsewhere)).items == []
