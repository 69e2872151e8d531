"""Wide budgets: as exact as if everybody had waited in line, in several processes, whatever becomes of who asked."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import pytest

from contracts.identity.sessions import Browser
from kit.database import Database
from kit.ids import new_id
from services.identity.limits import comers
from services.identity.limits.budgets import INSTALLATION, Budget, Taken
from services.identity.limits.marks import Marks
from services.identity.limits.wide_budgets import WideBudgets
from tests import stack
from tests.logins import Logins

AGENCY, OTHER = new_id(), new_id()
OF_AGENCY = Budget("of-agency", 30, 0, 3600, AGENCY.bytes)
OF_OTHER = Budget("of-agency", 30, 0, 3600, OTHER.bytes)
OF_ALL = Budget("of-all", 40, 0, 3600, INSTALLATION)


class Gone(Exception):
    """What rolls a transaction back."""


@pytest.fixture
async def logins(clone: Callable[..., Logins]) -> Logins:
    found: Logins = await clone("identity")  # type: ignore[misc]
    await found.fetch("TRUNCATE budgets")
    return found


@pytest.fixture
async def database(logins: Logins) -> AsyncIterator[Database]:
    opened = logins.open(16)
    yield opened
    await opened.close()


@pytest.fixture
async def processes(logins: Logins) -> AsyncIterator[list[WideBudgets]]:
    """Those of two processes."""
    opened = [WideBudgets(logins.open(1)) for _ in range(2)]
    yield opened
    for one in opened:
        await one.close()


async def granted(wide: WideBudgets, database: Database, *wanted: Budget) -> list[bool]:
    async with database.transaction(None) as tx:
        return [one.granted for one in await wide.take(wanted, tx)]


async def spent(logins: Logins, budget: Budget) -> int:
    found = await logins.fetch(
        "SELECT round(spent) AS spent FROM budgets WHERE scope = $1 AND mark = $2", budget.scope, budget.mark
    )
    return int(found[0]["spent"]) if found else 0


async def test_processes_together_grant_what_there_is_and_no_more(
    processes: list[WideBudgets], database: Database, logins: Logins
) -> None:
    wanted = [(OF_AGENCY, OF_ALL), (OF_OTHER, OF_ALL)]
    answers = await asyncio.gather(
        *(granted(processes[number % 2], database, *wanted[number // 2 % 2]) for number in range(160))
    )
    assert [sum(one for one, _ in answers[at::4]) + sum(one for one, _ in answers[at + 1 :: 4]) for at in (0, 2)] == [
        30,
        30,
    ]
    assert sum(of_all for _, of_all in answers) == 40
    assert [await spent(logins, one) for one in (OF_AGENCY, OF_OTHER, OF_ALL)] == [30, 30, 40]
    assert await granted(processes[0], database, OF_AGENCY, OF_ALL) == [False, False]


async def test_what_is_granted_is_committed_before_it_is_answered_and_nobody_waits_for_whoever_asked_before(
    processes: list[WideBudgets], database: Database, logins: Logins
) -> None:
    async with database.transaction(None) as tx:
        await processes[0].take([OF_ALL], tx)
        assert await spent(logins, OF_ALL) == 1
        for process in processes:  # while the first transaction is still open
            assert await granted(process, database, OF_ALL) == [True]
    assert await spent(logins, OF_ALL) == 3


async def test_a_rollback_gives_back_and_a_right_guess_does_so_when_it_commits(
    processes: list[WideBudgets], database: Database, logins: Logins
) -> None:
    first, second = processes
    assert await granted(second, database, OF_ALL) == [True]
    with contextlib.suppress(Gone):
        async with database.transaction(None) as tx:
            await first.take([OF_ALL], tx)
            second.give_back([OF_ALL], tx)
            raise Gone
    await stack.eventually(lambda: spent(logins, OF_ALL), 1)
    async with database.transaction(None) as tx:
        second.give_back([OF_ALL], tx)
        await granted(first, database, OF_AGENCY)
        assert await spent(logins, OF_ALL) == 1
    await stack.eventually(lambda: spent(logins, OF_ALL), 0)
    async with database.transaction(None) as tx:
        second.give_back([OF_ALL], tx)  # once more than was spent: no credit comes of it
    assert [await granted(second, database, OF_ALL) for _ in range(41)].count([True]) == 40


async def test_what_is_granted_to_somebody_who_has_gone_is_given_back(
    processes: list[WideBudgets], database: Database, logins: Logins
) -> None:
    asking = [asyncio.ensure_future(granted(processes[0], database, OF_ALL)) for _ in range(8)]
    while not processes[0]._writing:
        await asyncio.sleep(0)
    for one in asking:
        one.cancel()
    assert all(isinstance(one, asyncio.CancelledError) for one in await asyncio.gather(*asking, return_exceptions=True))
    await stack.eventually(lambda: not (processes[0]._writing or processes[0]._later))
    assert await spent(logins, OF_ALL) == 0


@contextlib.asynccontextmanager
async def statement_under_way(logins: Logins, budget: Budget) -> AsyncIterator[None]:
    """Holds a budget's row, so that who asks for it in the block waits in a statement until the block ends."""
    holder = logins.open(1)
    try:
        async with holder.transaction(None) as tx:
            await tx.driver.execute("SELECT FROM budgets WHERE scope = $1 FOR UPDATE", budget.scope)
            yield
    finally:
        await holder.close()


async def in_a_statement(logins: Logins) -> None:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    await stack.eventually(lambda: logins.value(waiting))


async def test_who_goes_away_takes_nothing_from_those_who_stay_and_keeps_nothing(
    processes: list[WideBudgets], database: Database, logins: Logins
) -> None:
    wide = processes[0]
    last, ample, next_ = (Budget(name, base, 0, 3600, INSTALLATION) for name, base in (("a", 2), ("b", 9), ("c", 1)))
    assert await granted(wide, database, last) == [True]
    async with database.transaction(None) as tx:

        def ask(*wanted: Budget) -> asyncio.Task[list[Taken]]:
            return asyncio.create_task(wide.take(wanted, tx))

        async with statement_under_way(logins, last):
            gone, stays = ask(last, ample), ask(last, ample)  # both in one statement
            await in_a_statement(logins)
            later_gone, later = ask(next_), ask(next_)  # and these wait for the next one
            await stack.eventually(lambda: len(wide._asked), 2)
            for one in (gone, later_gone):
                one.cancel()
            await asyncio.gather(gone, later_gone, return_exceptions=True)
        assert [taken.granted for taken in (*await stays, *await later)] == [True, True, True]
    await stack.eventually(lambda: not (wide._writing or wide._later))
    assert [await spent(logins, one) for one in (last, ample, next_)] == [2, 1, 1]


async def test_successes_count_once_they_are_committed(
    processes: list[WideBudgets], database: Database, logins: Logins
) -> None:
    growing = Budget("growing", 1, 1.6, 3600, AGENCY.bytes)
    with contextlib.suppress(Gone):
        async with database.transaction(None) as tx:
            processes[0].earn(AGENCY, tx)
            raise Gone
    for process in processes:
        async with database.transaction(None) as tx:
            process.earn(AGENCY, tx)
    earned = "SELECT round(spent) FROM budgets WHERE scope = 'success' AND mark = $1"
    for mark in (AGENCY.bytes, INSTALLATION):
        await stack.eventually(lambda mark=mark: logins.value(f"SELECT coalesce(({earned}), 0)", mark), 2)  # type: ignore[misc]
    assert [await granted(processes[0], database, growing) for _ in range(7)].count([True]) == 4


async def test_a_person_counts_once_an_hour_and_its_client_each_time(
    processes: list[WideBudgets], database: Database, logins: Logins
) -> None:
    marks, home = Marks(b"k" * 32), Browser(address="192.0.2.7")

    async def got_in(times: int) -> tuple[int, int]:
        for _ in range(times):
            async with database.transaction(AGENCY) as tx:
                await comers.got_in("pat@example.com", home, marks, processes[0], tx)
        await stack.eventually(lambda: not (processes[0]._writing or processes[0]._later))
        success = Budget("success", 0, 0, 0)
        return await spent(logins, success.of(AGENCY.bytes)), await spent(logins, success.of(marks.client(home)))

    assert await got_in(3) == (1, 3)
    await logins.fetch("UPDATE budgets SET at = at - interval '61 minutes' WHERE scope = 'person'")
    assert await got_in(2) == (2, 5)


async def test_what_was_given_back_or_earned_is_written_when_the_process_stops(
    logins: Logins, database: Database
) -> None:
    wide = WideBudgets(logins.open(1))
    assert await granted(wide, database, OF_ALL) == [True]
    async with database.transaction(None) as tx:
        wide.give_back([OF_ALL], tx)
        wide.earn(AGENCY, tx)
    await wide.close()
    assert await spent(logins, OF_ALL) == 0
    assert await logins.value("SELECT count(*) FROM budgets WHERE scope = 'success'") == 2


async def test_who_asks_while_the_database_fails_is_told_and_the_next_one_is_served(
    processes: list[WideBudgets], database: Database, logins: Logins
) -> None:
    await granted(processes[0], database, OF_ALL)
    await logins.fetch("ALTER TABLE budgets RENAME TO away")
    try:
        async with database.transaction(None) as tx:
            with pytest.raises(Exception, match="budgets"):
                await processes[0].take([OF_ALL], tx)
    finally:
        await logins.fetch("ALTER TABLE away RENAME TO budgets")
    assert await granted(processes[0], database, OF_ALL) == [True]
    assert await spent(logins, OF_ALL) == 2
