"""Budgets: what strangers may ask and guess, counted in the database, growing with the people who get in.

Here are those of an address or a client; those that everybody shares are asked for through wide_budgets.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kit.database import Transaction

if TYPE_CHECKING:
    from kit.pool import Connection

HOUR, DAY = 3600.0, 86_400.0
LONGEST_WAIT = 900  # seconds: a real person's code is never farther away
NEVER = 1e9  # seconds since the last time, for the first one
INSTALLATION = b"all"
ONCE_AN_HOUR = 1.5  # what is spent fades and never quite ends: one more fits after some forty minutes


@dataclass(frozen=True)
class Budget:
    """What may be spent at once, and again in each time constant (`seconds`) over which the spent fades.

    `base` is allowed anyhow; each success of the last day with the same mark adds `factor`.
    """

    scope: str
    base: float
    factor: float
    seconds: float
    mark: bytes = b""

    def of(self, mark: bytes) -> "Budget":
        """The budget of an agency, an address, a client."""
        return replace(self, mark=mark)


@dataclass(frozen=True)
class Taken:
    """What became of one asking: `fill` is how much of the budget is spent, `wait` seconds until there is more."""

    budget: Budget
    granted: bool
    fill: float
    wait: int


@dataclass(frozen=True)
class BackOff:
    """Rising waits: `free` times at once, then `first` seconds, doubled each time up to `longest`."""

    scope: str
    free: int
    first: float
    longest: float
    seconds: float  # over which what was asked fades


@dataclass(frozen=True)
class Stepped:
    """A step in rising waits: `wait` seconds until it may be taken (0: it was), after `waited` since the last one."""

    wait: int
    waited: float


def _fading(now: str, then: str, seconds: str) -> str:
    """SQL: the share that is left; not below e to the -60, since PostgreSQL refuses to count with less."""
    return f"exp(-least(60, greatest(0, extract(epoch FROM {now} - {then})) / {seconds}))"


# rows are locked in the order of the list, and every list goes from the narrow to the wide; first what is `given` back
# is taken off, then as many of those `asked` as fit are put on
TAKE = f"""
INSERT INTO budgets AS b (scope, mark, spent, allowed, seconds, granted, at)
SELECT w.scope, w.mark, w.fits, w.allowed, w.seconds, w.fits, clock_timestamp()
FROM (
  SELECT g.*, least(g.asked, floor(g.allowed))::integer AS fits
  FROM (
    SELECT a.*, a.base + a.factor * coalesce(
             s.spent * {_fading("clock_timestamp()", "s.at", "s.seconds")}, 0) AS allowed
    FROM unnest($1::text[], $2::bytea[], $3::float8[], $4::float8[], $5::float8[], $6::integer[])
         WITH ORDINALITY AS a(scope, mark, base, factor, seconds, asked, place)
    LEFT JOIN budgets s ON s.scope = 'success' AND s.mark = a.mark
  ) g
) w ORDER BY w.place
ON CONFLICT (scope, mark) DO UPDATE SET
  (spent, granted) = (
    SELECT kept + fits, fits
    FROM (SELECT kept, greatest(0, least(excluded.granted, floor(excluded.allowed - kept)))::integer AS fits
          FROM (SELECT greatest(0, b.spent * {_fading("excluded.at", "b.at", "excluded.seconds")} - a.given) AS kept
                FROM unnest($1::text[], $2::bytea[], $7::integer[]) AS a(scope, mark, given)
                WHERE a.scope = b.scope AND a.mark = b.mark) k) f),
  allowed = excluded.allowed, seconds = excluded.seconds, at = greatest(b.at, excluded.at)
RETURNING scope, mark, spent, allowed, granted
"""


def looking(scopes: str, marks: str) -> str:
    """SQL: whether each of these budgets has one left now."""
    return f"""
NOT EXISTS (
  SELECT FROM budgets b JOIN unnest({scopes}::text[], {marks}::bytea[]) AS a(scope, mark) USING (scope, mark)
  WHERE b.spent * {_fading("clock_timestamp()", "b.at", "b.seconds")} + 1 > b.allowed)
"""


def earning(marks: str, earned: str) -> str:
    """SQL that counts people who got in."""
    return f"""
INSERT INTO budgets AS b (scope, mark, spent, allowed, seconds, granted, at)
SELECT 'success', a.mark, a.earned, 0, {DAY}, 1, clock_timestamp()
FROM unnest({marks}, {earned}) WITH ORDINALITY AS a(mark, earned, place) ORDER BY a.place
ON CONFLICT (scope, mark) DO UPDATE SET
  spent = b.spent * {_fading("excluded.at", "b.at", "b.seconds")} + excluded.spent,
  at = greatest(b.at, excluded.at)
"""


EARN = earning("$1::bytea[]", "$2::integer[]")

# here `at` is the last time that it was granted, and `allowed` the seconds waited then, or still to wait
STEP = f"""
INSERT INTO budgets AS b (scope, mark, spent, allowed, seconds, granted, at)
VALUES ($1, $2, 1, $7, $3, 1, clock_timestamp())
ON CONFLICT (scope, mark) DO UPDATE SET (spent, granted, at, allowed) = (
  SELECT CASE WHEN waited >= due THEN faded + 1 ELSE b.spent END, (waited >= due)::integer,
         CASE WHEN waited >= due THEN excluded.at ELSE b.at END,
         CASE WHEN waited >= due THEN waited ELSE due - waited END
  FROM (SELECT faded, waited,
               CASE WHEN round(faded) < $4 THEN 0 ELSE least($6, $5 * power(2, least(20, round(faded) - $4))) END AS due
        FROM (SELECT extract(epoch FROM excluded.at - b.at) AS waited,
                     b.spent * {_fading("excluded.at", "b.at", "$3")} AS faded) AS f) AS d)
RETURNING granted, allowed AS seconds
"""

# rows that have faded away; those that somebody holds are left for the next time
SWEEP = """
DELETE FROM budgets WHERE (scope, mark) IN (
  SELECT scope, mark FROM budgets WHERE at < now() - interval '8 days' LIMIT 200 FOR UPDATE SKIP LOCKED)
"""


async def take(wanted: Sequence[Budget], tx: Transaction) -> list[Taken]:
    """Spends one of each budget that has one left, in one statement; to be committed before what it pays for.

    A budget that is spent is left as it is, so that it recovers however often it is asked.
    """
    return [room.next() for room in await move(wanted, [1] * len(wanted), [0] * len(wanted), tx.driver)]


async def give_back(taken: Sequence[Budget], tx: Transaction) -> None:
    """Takes back what was spent: the guess was right, or another budget had nothing left."""
    if taken:
        await move(taken, [0] * len(taken), [1] * len(taken), tx.driver)


async def move(
    touched: Sequence[Budget], asked: Sequence[int], given: Sequence[int], driver: "Connection"
) -> list["Room"]:
    """Takes so many back and spends up to so many of each budget, all different; holds their rows until the commit."""
    rows = await driver.fetch(
        TAKE,
        [one.scope for one in touched],
        [one.mark for one in touched],
        [one.base for one in touched],
        [one.factor for one in touched],
        [one.seconds for one in touched],
        list(asked),
        list(given),
    )
    found = {(row["scope"], row["mark"]): row for row in rows}
    return [Room(one, found[one.scope, one.mark]) for one in touched]


class Room:
    """What was granted of a budget, handed out one by one."""

    def __init__(self, budget: Budget, row: Any) -> None:
        self._budget = budget
        self._left: int = row["granted"]
        self._allowed, self._spent = float(row["allowed"]), float(row["spent"])

    @property
    def left(self) -> int:
        """What nobody has taken of it."""
        return max(0, self._left)

    def next(self) -> Taken:
        """One of it, or what there is to say when nothing is left."""
        self._left -= 1
        fill = self._spent / self._allowed if self._allowed else 1.0
        if self._left >= 0:
            return Taken(self._budget, True, fill, 0)
        room = max(0.01, self._allowed - 1)
        wait = self._budget.seconds * math.log(max(1.0, self._spent / room))
        return Taken(self._budget, False, fill, math.ceil(min(LONGEST_WAIT, max(1.0, wait))))


async def look(wanted: Sequence[Budget], tx: Transaction) -> bool:
    """Whether each of them has one left now."""
    has_room: bool = await tx.driver.fetchval(f"SELECT {looking('$1', '$2')}", *named(wanted))
    return has_room


def named(budgets: Sequence[Budget]) -> tuple[list[str], list[bytes]]:
    """Their scopes and marks, as statements take them."""
    return [one.scope for one in budgets], [one.mark for one in budgets]


async def step(back_off: BackOff, mark: bytes, tx: Transaction) -> Stepped:
    """Goes one step on in rising waits, or says how long it is until the next one."""
    row = await tx.driver.fetchrow(
        STEP,
        back_off.scope,
        mark,
        back_off.seconds,
        float(back_off.free),
        back_off.first,
        back_off.longest,
        NEVER,
    )
    assert row is not None
    if row["granted"]:
        return Stepped(0, float(row["seconds"]))
    return Stepped(max(1, math.ceil(row["seconds"])), 0)


async def forget(scope: str, mark: bytes, tx: Transaction, *, keep: float = 0) -> None:
    """Ends rising waits for somebody who got in; `keep` of the steps stay."""
    await tx.driver.execute(
        "UPDATE budgets SET spent = least(spent, $3) WHERE scope = $1 AND mark = $2", scope, mark, keep
    )


async def earn(marks: Sequence[bytes], earned: Sequence[int], driver: "Connection") -> None:
    """Counts so many people who got in, for each mark."""
    await driver.execute(EARN, list(marks), list(earned))


async def sweep(tx: Transaction) -> None:
    """Removes some of the rows that nothing is left of."""
    await tx.driver.execute(SWEEP)
