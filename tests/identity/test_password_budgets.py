"""What wrong passwords may cost: each budget holds strangers up by itself, and none of theirs the person at home."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest

from contracts.identity.passwords import TriesSpent
from contracts.identity.sessions import Browser
from kit.database import Database
from kit.ids import new_id
from services.identity.credentials import password_budgets
from services.identity.credentials.password_budgets import Paid
from services.identity.limits.marks import Marks
from services.identity.limits.wide_budgets import WideBudgets
from tests import stack
from tests.logins import Logins

AGENCY = new_id()
HOME, AWAY = Browser(address="192.0.2.7"), Browser(address="198.51.100.9")
BUDGETS = ("password-pair", "password-client", "password-name", "password-agency", "password-installation")
WIDE = BUDGETS[3:]
RESETS = ("password-resets-pair", "password-resets-client", "password-resets-name")


@dataclass
class Door:
    """Where passwords are typed."""

    database: Database
    logins: Logins
    wide: WideBudgets
    marks: Marks

    async def admit(self, name: str = "pat", browser: Browser = AWAY, *, known: bool = True) -> Paid:
        async with self.database.transaction(AGENCY) as tx:
            comer = await password_budgets.comer_of(name, browser, self.marks, tx)
            return await password_budgets.admit(comer, self.wide, tx, known=known)

    async def reset(self, browser: Browser = AWAY) -> None:
        async with self.database.transaction(AGENCY) as tx:
            comer = await password_budgets.comer_of("pat", browser, self.marks, tx)
            await password_budgets.admit_reset(comer, tx)

    async def spend(self, scope: str) -> None:
        await self.logins.fetch("UPDATE budgets SET spent = allowed, at = clock_timestamp() WHERE scope = $1", scope)

    async def spent(self, like: str = "password-%") -> dict[str, int]:
        """What is spent, by budget, where anything is."""
        rows = await self.logins.fetch("SELECT scope, round(spent) AS spent FROM budgets WHERE scope LIKE $1", like)
        return {row["scope"]: int(row["spent"]) for row in rows if row["spent"] > 0.5}


@pytest.fixture
async def door(clone: Callable[..., Logins]) -> AsyncIterator[Door]:
    logins: Logins = await clone("identity")  # type: ignore[misc]
    await logins.fetch("TRUNCATE budgets, familiar_clients")
    database, wide = logins.open(), WideBudgets(logins.open(1))
    yield Door(database, logins, wide, Marks(b"k" * 32))
    await wide.close()
    await database.close()


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("scope", BUDGETS)
async def test_each_budget_holds_up_a_stranger_whether_or_not_somebody_has_the_name(
    door: Door, scope: str, known: bool
) -> None:
    await door.admit()
    before = await door.spent()
    assert before == dict.fromkeys(BUDGETS, 1)
    await door.spend(scope)
    with pytest.raises(TriesSpent) as refused:
        await door.admit(known=known)
    wait = refused.value.facts["retry_after"]
    assert 0 < wait <= 900 and (wait == 900 or scope not in WIDE)  # the same for a name that nobody has
    await stack.eventually(door.spent, before | {scope: (await door.spent())[scope]})  # a refusal spends nothing


async def test_a_name_that_nobody_has_spends_nothing_of_what_everybody_shares(door: Door) -> None:
    await door.admit("nobody", known=False)
    assert await door.spent() == {"password-pair": 1, "password-client": 1, "password-name": 1}


async def test_who_is_familiar_is_held_up_by_its_own_tries_alone(door: Door) -> None:
    async with door.database.transaction(AGENCY) as tx:
        await password_budgets.got_in("pat", HOME, door.marks, door.wide, tx)
    await door.admit()
    for scope in BUDGETS[1:]:
        await door.spend(scope)
    for _ in range(6):
        await door.admit(browser=HOME)
    with pytest.raises(TriesSpent):
        await door.admit(browser=HOME)


async def test_a_right_password_costs_nothing(door: Door) -> None:
    paid = await door.admit()
    async with door.database.transaction(AGENCY) as tx:
        await password_budgets.give_back(paid, door.wide, tx)
    await stack.eventually(door.spent, {})


@pytest.mark.parametrize("scope", RESETS)
async def test_each_budget_of_resets_holds_up_a_stranger_and_none_of_theirs_the_person(door: Door, scope: str) -> None:
    await door.reset()
    assert await door.spent("password-resets-%") == dict.fromkeys(RESETS, 1)
    await door.spend(scope)
    with pytest.raises(TriesSpent):
        await door.reset()
    async with door.database.transaction(AGENCY) as tx:
        await password_budgets.got_in("pat", HOME, door.marks, door.wide, tx)
    await door.reset(HOME)
