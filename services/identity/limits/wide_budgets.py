"""Wide budgets: those of an agency and of the installation, which everybody shares and nobody waits in line for."""

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from kit.database import Database, Transaction

from . import budgets
from .budgets import INSTALLATION, Budget, Room, Taken

log = logging.getLogger(__name__)

LATE = 0.25  # seconds that what is given back or earned may wait for company


class WideBudgets:
    """Asks for wide budgets in statements of its own: all who ask meanwhile share the next one.

    A row that everybody needs is so held for one statement of each process, instead of for each person's transaction.
    What is granted is committed before it is answered. `database` is its own, since those who ask hold a connection of
    the process's.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asked: list[tuple[Sequence[Budget], asyncio.Future[list[Taken]]]] = []
        self._given: Counter[Budget] = Counter()
        self._earned: Counter[bytes] = Counter()
        self._writing: asyncio.Task[None] | None = None
        self._later: asyncio.TimerHandle | None = None

    async def take(self, wanted: Sequence[Budget], tx: Transaction) -> list[Taken]:
        """Spends one of each budget that has one left; the transaction's rollback gives it back."""
        answer: asyncio.Future[list[Taken]] = asyncio.get_running_loop().create_future()
        tx.afterwards(lambda committed: None if committed else self._undo(answer))
        self._asked.append((wanted, answer))
        self._write_now()
        return await answer

    def give_back(self, taken: Sequence[Budget], tx: Transaction) -> None:
        """Takes back what was spent, once the transaction has committed."""
        tx.afterwards(lambda committed: self._give(taken) if committed else None)

    def earn(self, agency: UUID, tx: Transaction) -> None:
        """Counts somebody who got in, for agency and installation, once the transaction has committed."""
        tx.afterwards(lambda committed: self._earn((agency.bytes, INSTALLATION)) if committed else None)

    async def close(self) -> None:
        """Writes what is left to be written."""
        if self._writing is not None:
            await self._writing
        if self._later is not None:
            await self._write()
        await self._database.close()

    def _undo(self, answer: asyncio.Future[list[Taken]]) -> None:
        # what was meant for somebody who has given up waiting is given back when it is written
        if answer.done() and not answer.cancelled() and answer.exception() is None:
            self._give(_granted(answer.result()))

    def _give(self, taken: Sequence[Budget]) -> None:
        self._given.update(taken)
        self._write_later()

    def _earn(self, marks: Sequence[bytes]) -> None:
        self._earned.update(marks)
        self._write_later()

    def _write_later(self) -> None:
        if self._later is None and (self._given or self._earned):
            self._later = asyncio.get_running_loop().call_later(LATE, self._late)

    def _late(self) -> None:
        self._later = None
        self._write_now()

    def _write_now(self) -> None:
        if self._writing is None:
            self._writing = asyncio.get_running_loop().create_task(self._write_all())

    async def _write_all(self) -> None:
        try:
            await self._write()
            while self._asked or (self._later is None and (self._given or self._earned)):
                await self._write()
        finally:
            self._writing = None

    async def _write(self) -> None:
        """One statement for everything that has gathered; what cannot be written is not given back nor earned."""
        asked, self._asked = self._asked, []
        given, self._given = self._given, Counter()
        earned, self._earned = self._earned, Counter()
        if self._later is not None:
            self._later.cancel()
            self._later = None
        try:
            rooms = await self._commit(Counter(one for wanted, _ in asked for one in wanted), given, earned)
        except Exception as error:
            log.warning("budgets could not be written", extra={"problem": type(error).__name__})
            for _, answer in asked:
                if not answer.done():
                    answer.set_exception(error)
            return
        for wanted, answer in asked:
            if not answer.done():  # whoever was told to stop meanwhile takes nothing from those who wait
                answer.set_result([rooms[one].next() for one in wanted])
        self._give([budget for budget, room in rooms.items() for _ in range(room.left)])

    async def _commit(
        self, asked: Counter[Budget], given: Counter[Budget], earned: Counter[bytes]
    ) -> dict[Budget, Room]:
        # in one order everywhere, so that processes do not lock one another out
        touched, marks = sorted(asked.keys() | given.keys(), key=_place), sorted(earned)
        rooms: list[Room] = []
        async with self._database.single() as driver:
            if touched:
                counts = [asked[one] for one in touched], [given[one] for one in touched]
                rooms = await budgets.move(touched, *counts, driver)
            if marks:
                await budgets.earn(marks, [earned[mark] for mark in marks], driver)
        return dict(zip(touched, rooms, strict=True))


def _place(budget: Budget) -> tuple[str, bytes]:
    return budget.scope, budget.mark


def _granted(taken: Sequence[Taken]) -> list[Budget]:
    return [one.budget for one in taken if one.granted]
