"""Budgets on the real database: exact side by side, fading with time, growing with success."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable

import pytest

from contracts.identity.sessions import Browser
from kit.database import Database
from kit.ids import new_id
from services.identity.limits import budgets
from services.identity.limits.budgets import INSTALLATION, BackOff, Budget
from services.identity.limits.marks import Marks, network_of
from tests.logins import Logins

from .strangers import whole

WAITS = BackOff("waits", 2, 60, 300, 3600)


@pytest.fixture
async def logins(clone: Callable[..., Logins]) -> Logins:
    found: Logins = await clone("identity")  # type: ignore[misc]
    await found.fetch("TRUNCATE budgets")
    return found


@pytest.fixture
async def database(logins: Logins) -> AsyncIterator[Database]:
    opened = logins.open(8)
    yield opened
    await opened.close()


async def granted(database: Database, *wanted: Budget) -> list[bool]:
    async with database.transaction(None) as tx:
        return [one.granted for one in await budgets.take(wanted, tx)]


async def test_a_budget_is_never_overdrawn_however_many_ask_at_once(database: Database) -> None:
    narrow, wide = Budget("narrow", 30, 0, 3600, b"a"), Budget("wide", 20, 0, 3600, INSTALLATION)
    answers = await asyncio.gather(*(granted(database, narrow, wide) for _ in range(60)))
    assert sum(first for first, _ in answers) == 30
    assert sum(second for _, second in answers) == 20


async def test_what_is_refused_costs_nothing_so_that_a_budget_recovers_while_it_is_asked(
    database: Database, logins: Logins
) -> None:
    one = Budget("one", 4, 0, 3600, b"a")
    assert [await granted(database, one) for _ in range(40)].count([True]) == 4
    await logins.fetch("UPDATE budgets SET at = at - interval '1 hour'")
    assert [await granted(database, one) for _ in range(40)].count([True]) == 2  # 4/e are left, so two more fit


async def test_a_budget_grows_with_those_who_got_in_and_shrinks_again(database: Database, logins: Logins) -> None:
    agency = new_id()
    one = Budget("one", 1, 2, 3600, agency.bytes)
    assert [(await granted(database, one))[0] for _ in range(2)] == [True, False]
    async with database.transaction(None) as tx:
        await budgets.earn([agency.bytes], [1], tx.driver)
    assert [(await granted(database, one))[0] for _ in range(3)] == [True, True, False]
    await logins.fetch("UPDATE budgets SET at = at - interval '10 days' WHERE scope = 'success'")
    await logins.fetch("UPDATE budgets SET spent = 0.9 WHERE scope = 'one'")
    assert await granted(database, one) == [False]


async def test_what_is_given_back_can_be_spent_again_and_never_becomes_a_credit(database: Database) -> None:
    one = Budget("one", 1, 0, 3600, b"a")
    assert await granted(database, one) == [True]
    for _ in range(3):
        async with database.transaction(None) as tx:
            await budgets.give_back([one], tx)
    assert [(await granted(database, one))[0] for _ in range(2)] == [True, False]


async def test_waits_rise_to_their_longest_and_one_step_is_taken_by_one(database: Database, logins: Logins) -> None:
    async def step() -> int:
        async with database.transaction(None) as tx:
            return (await budgets.step(WAITS, b"a", tx)).wait

    since = time.monotonic()
    first = await asyncio.gather(*(step() for _ in range(20)))
    assert first.count(0) == 2
    waits = []
    for _ in range(5):
        waits.append(whole(await step(), since))
        await logins.fetch("UPDATE budgets SET at = at - interval '1 second' * $1", waits[-1])
        since = time.monotonic()
        assert (await asyncio.gather(*(step() for _ in range(4)))).count(0) == 1
    assert waits == [60, 120, 240, 300, 300]
    async with database.transaction(None) as tx:
        await budgets.forget("waits", b"a", tx)
    assert await step() == 0


async def test_budgets_that_nobody_has_touched_for_years_are_as_new(database: Database, logins: Logins) -> None:
    agency = new_id()
    one = Budget("one", 2, 1, 60, agency.bytes)
    for _ in range(2):
        assert [(await granted(database, one))[0] for _ in range(3)] == [True, True, False]
        async with database.transaction(None) as tx:
            assert not await budgets.look([one], tx)
            assert (await budgets.step(WAITS, b"a", tx)).wait == 0
        await logins.fetch("UPDATE budgets SET at = at - interval '9 years'")
        async with database.transaction(None) as tx:
            assert await budgets.look([one], tx)
    async with database.transaction(None) as tx:
        await budgets.earn([agency.bytes], [1], tx.driver)
    await logins.fetch("UPDATE budgets SET at = at - interval '9 years'")
    async with database.transaction(None) as tx:
        await budgets.earn([agency.bytes], [1], tx.driver)
    assert [(await granted(database, one))[0] for _ in range(4)] == [True, True, True, False]


async def test_rows_that_have_faded_away_are_removed(database: Database, logins: Logins) -> None:
    await granted(database, Budget("old", 1, 0, 60, b"a"), Budget("new", 1, 0, 60, b"a"))
    await logins.fetch("UPDATE budgets SET at = now() - interval '9 days' WHERE scope = 'old'")
    async with database.transaction(None) as tx:
        await budgets.sweep(tx)
    assert [row["scope"] for row in await logins.fetch("SELECT scope FROM budgets")] == ["new"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.7", "192.0.2.8", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("nonsense", "", True),
    ],
)
def test_a_client_is_an_ipv4_address_or_an_ipv6_network_of_64_bits(one: str, other: str, same: bool) -> None:
    assert (network_of(one) == network_of(other)) is same


def test_marks_are_keyed_and_tell_nothing_of_what_they_mark() -> None:
    agency, browser = new_id(), Browser(address="192.0.2.7")
    marks, others = Marks(b"k" * 32), Marks(b"l" * 32)
    assert marks.email(agency, "Pat@Example.com ") == marks.email(agency, "pat@example.com")
    assert marks.email(agency, "pat@example.com") != marks.email(new_id(), "pat@example.com")
    assert marks.email(agency, "pat@example.com") != others.email(agency, "pat@example.com")
    assert marks.client(browser) != others.client(browser)
    assert len({marks.client(browser), marks.number("192.0.2.7"), marks.pair(agency, "", browser)}) == 3
