"""Budgets: what strangers may ask and guess, counted in the database, growing with the people who get in."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from kit.database import Transaction

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


# rows are locked in the order of the list, and every list goes from the narrow to the wide
TAKE = f"""
INSERT INTO budgets AS b (scope, mark, spent, allowed, seconds, granted, at)
SELECT w.scope, w.mark, 1, w.allowed, w.seconds, 1 <= w.allowed, clock_timestamp()
FROM (
  SELECT a.*, a.base + a.factor * coalesce(
           s.spent * {_fading("clock_timestamp()", "s.at", "s.seconds")}, 0) AS allowed
  FROM unnest($1::text[], $2::bytea[], $3::float8[], $4::float8[], $5::float8[])
       WITH ORDINALITY AS a(scope, mark, base, factor, seconds, place)
  LEFT JOIN budgets s ON s.scope = 'success' AND s.mark = a.mark
) w ORDER BY w.place
ON CONFLICT (scope, mark) DO UPDATE SET
  (spent, granted) = (
    SELECT CASE WHEN faded + 1 <= excluded.allowed THEN faded + 1 ELSE faded END, faded + 1 <= excluded.allowed
    FROM (SELECT b.spent * {_fading("excluded.at", "b.at", "excluded.seconds")} AS faded) f),
  allowed = excluded.allowed, seconds = excluded.seconds, at = greatest(b.at, excluded.at)
RETURNING scope, spent, allowed, granted
"""

GIVE_BACK = """
UPDATE budgets b SET spent = greatest(0, b.spent - 1)
FROM (SELECT x.scope, x.mark FROM budgets x
      JOIN unnest($1::text[], $2::bytea[]) WITH ORDINALITY AS a(scope, mark, place) USING (scope, mark)
      ORDER BY a.place FOR UPDATE OF x) AS l
WHERE b.scope = l.scope AND b.mark = l.mark
"""

EARN = f"""
INSERT INTO budgets AS b (scope, mark, spent, allowed, seconds, granted, at)
SELECT 'success', a.mark, 1, 0, $2, true, clock_timestamp()
FROM unnest($1::bytea[]) WITH ORDINALITY AS a(mark, place) ORDER BY a.place
ON CONFLICT (scope, mark) DO UPDATE SET
  spent = b.spent * {_fading("excluded.at", "b.at", "b.seconds")} + 1,
  at = greatest(b.at, excluded.at)
"""

# here `at` is the last time that it was granted, and `allowed` the seconds waited then, or still to wait
STEP = f"""
INSERT INTO budgets AS b (scope, mark, spent, allowed, seconds, granted, at)
VALUES ($1, $2, 1, $7, $3, true, clock_timestamp())
ON CONFLICT (scope, mark) DO UPDATE SET (spent, granted, at, allowed) = (
  SELECT CASE WHEN waited >= due THEN faded + 1 ELSE b.spent END, waited >= due,
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
    rows = await tx.driver.fetch(
        TAKE,
        [one.scope for one in wanted],
        [one.mark for one in wanted],
        [one.base for one in wanted],
        [one.factor for one in wanted],
        [one.seconds for one in wanted],
    )
    by_scope = {row["scope"]: row for row in rows}
    return [_taken(one, by_scope[one.scope]) for one in wanted]


async def give_back(taken: Sequence[Budget], tx: Transaction) -> None:
    """Takes back what was spent: the guess was right, or another budget had nothing left."""
    if taken:
        await tx.driver.execute(GIVE_BACK, [one.scope for one in taken], [one.mark for one in taken])


async def look(wanted: Sequence[Budget], tx: Transaction) -> bool:
    """Whether each of them has one left now."""
    count = await tx.driver.fetchval(
        "SELECT count(*) FROM budgets b JOIN unnest($1::text[], $2::bytea[]) AS a(scope, mark) USING (scope, mark)"
        f" WHERE b.spent * {_fading('clock_timestamp()', 'b.at', 'b.seconds')} + 1 > b.allowed",
        [one.scope for one in wanted],
        [one.mark for one in wanted],
    )
    return not count


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


async def earn(client: bytes, email: bytes, agency: UUID, tx: Transaction) -> None:
    """Counts somebody who got in: for the client each time, for agency and installation once an hour a person.

    Call it late in a transaction: everybody who gets in waits for the installation's row.
    """
    (first,) = await take([Budget("person", ONCE_AN_HOUR, 0, HOUR, email)], tx)
    marks = [client, agency.bytes, INSTALLATION] if first.granted else [client]
    await tx.driver.execute(EARN, marks, DAY)


async def sweep(tx: Transaction) -> None:
    """Removes some of the rows that nothing is left of."""
    await tx.driver.execute(SWEEP)


def _taken(budget: Budget, row: Any) -> Taken:
    allowed, spent = float(row["allowed"]), float(row["spent"])
    wait = 0
    if not row["granted"]:
        room = max(0.01, allowed - 1)
        wait = math.ceil(min(LONGEST_WAIT, max(1.0, budget.seconds * math.log(max(1.0, spent / room)))))
    return Taken(budget, bool(row["granted"]), spent / allowed if allowed else 1.0, wait)
