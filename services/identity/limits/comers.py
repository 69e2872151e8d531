"""Comers: somebody with an address at the door, as budgets know them, and whether they have come from there before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from contracts.identity.sessions import Browser
from kit.database import Transaction

from . import budgets
from .budgets import HOUR, Budget, earning
from .marks import Marks
from .wide_budgets import WideBudgets

REMEMBERED = timedelta(days=90)
PAIR = "codes-pair"  # the budget scopes whose waits end for somebody who gets in
NUMBER = "texts-number"

FAMILIAR = "EXISTS (SELECT FROM familiar_clients WHERE mark = $1 AND seen_at > now() - $2::interval)"
# the pair is familiar, what was paid is given back in the order in which it was taken, waits end, the client's
# successes grow, and the person is noted unless that was within the hour
GOT_IN = f"""
WITH familiar AS (
  INSERT INTO familiar_clients (agency, mark) VALUES ($1, $2) ON CONFLICT (agency, mark) DO UPDATE SET seen_at = now()),
given AS (
  UPDATE budgets b SET spent = greatest(0, b.spent - 1) FROM (
    SELECT p.scope, p.mark
    FROM unnest($5::text[], $6::bytea[]) WITH ORDINALITY AS a(scope, mark, place) JOIN budgets p USING (scope, mark)
    ORDER BY a.place FOR UPDATE OF p) g
  WHERE b.scope = g.scope AND b.mark = g.mark),
waits AS (UPDATE budgets SET spent = 0 WHERE scope = '{PAIR}' AND mark = $2),
client AS ({earning("ARRAY[$3::bytea]", "ARRAY[1]")}),
person AS (
  INSERT INTO budgets AS b (scope, mark, spent, allowed, seconds, granted, at)
  VALUES ('person', $4, 1, 1, {HOUR}, 1, clock_timestamp())
  ON CONFLICT (scope, mark) DO UPDATE SET at = excluded.at
  WHERE excluded.at - b.at > make_interval(secs => b.seconds)
  RETURNING true)
SELECT EXISTS (SELECT FROM person)
"""


@dataclass(frozen=True)
class Comer:
    """The marks of an address, of a client, and of both; `familiar` says that this client got in with it lately."""

    email: bytes
    client: bytes
    pair: bytes
    familiar: bool


async def at_the_door(email: str, browser: Browser, marks: Marks, tx: Transaction) -> Comer:
    """Who comes with this address from there."""
    pair = marks.pair(tx.agency, email, browser)
    familiar: bool = await tx.driver.fetchval(f"SELECT {FAMILIAR}", pair, REMEMBERED)
    return Comer(marks.email(tx.agency, email), marks.client(browser), pair, familiar)


async def got_in(
    email: str, browser: Browser, marks: Marks, wide: WideBudgets, tx: Transaction, *, paid: Sequence[Budget] = ()
) -> None:
    """Notes that they got in: they are familiar from now on, their waits end, and budgets grow.

    What was `paid` of narrow budgets is given back; once an hour a person counts for what everybody shares as well.
    """
    pair, client, person = marks.pair(tx.agency, email, browser), marks.client(browser), marks.email(tx.agency, email)
    if await tx.driver.fetchval(GOT_IN, tx.agency, pair, client, person, *budgets.named(paid)):
        wide.earn(tx.agency, tx)
