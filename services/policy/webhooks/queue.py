"""Whose turn it is: a row for each webhook that has something waiting, leased by the process that sends it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from kit.database import Transaction
from kit.ids import new_id

LEASE = timedelta(seconds=60)
FAILING = 5  # failures in a row, after which a webhook waits in the slow lane
AHEAD = 500  # of those in line that are looked at for whose turn it is
LONGEST_PAUSE = 600.0  # seconds between turns of a webhook that fails

ENTER = """
INSERT INTO webhook_queue AS q (webhook, agency, due_at, failing)
SELECT w.id, w.agency, now(), w.failures >= $2 FROM webhooks w WHERE w.id = $1 AND w.off_at IS NULL
ON CONFLICT (webhook) DO UPDATE SET due_at = CASE WHEN q.failing THEN q.due_at ELSE least(q.due_at, now()) END
"""
FREE = "(q.leased_until IS NULL OR q.leased_until < now())"
CLAIM = f"""
WITH fair AS (
    SELECT d.webhook, d.due_at,
           coalesce(b.turns, 0) + row_number() OVER (PARTITION BY d.agency ORDER BY d.due_at) AS turn
    FROM (SELECT q.webhook, q.agency, q.due_at FROM webhook_queue q
          WHERE q.due_at <= now() AND q.failing = $1 AND {FREE} ORDER BY q.due_at LIMIT {AHEAD}) d
    LEFT JOIN unnest($5::uuid[], $6::int[]) AS b(agency, turns) ON b.agency = d.agency
)
UPDATE webhook_queue SET leased_until = now() + $3::interval, lease = $4
WHERE webhook IN (
    SELECT q.webhook FROM webhook_queue q JOIN fair f ON f.webhook = q.webhook
    WHERE f.turn <= $7 AND {FREE} ORDER BY f.due_at LIMIT $2 FOR UPDATE OF q SKIP LOCKED
)
RETURNING webhook, agency
"""
NEXT = """
SELECT min(d.next_try_at) AS due_at, (SELECT failures FROM webhooks WHERE id = $1) AS failures
FROM webhook_deliveries d WHERE d.webhook = $1 AND d.state = 'waiting'
"""
RETURN = """
UPDATE webhook_queue SET leased_until = NULL, lease = NULL, failing = $3,
  due_at = greatest($2::timestamptz, now() + $4::interval)
WHERE webhook = $1
"""


@dataclass(frozen=True)
class Turn:
    """A webhook's turn in this process, until the lease is over."""

    webhook: UUID
    agency: UUID
    lease: UUID


async def enter(webhook: UUID, tx: Transaction) -> None:
    """Puts a webhook in line when the transaction commits; one that fails keeps its pause."""
    tx.run_last(ENTER, webhook, FAILING)


async def leave(webhook: UUID, tx: Transaction) -> None:
    """Takes it out of the line."""
    await tx.driver.execute("DELETE FROM webhook_queue WHERE webhook = $1", webhook)


async def claim(most: int, busy: Mapping[UUID, int], of_agency: int, tx: Transaction, *, failing: bool) -> list[Turn]:
    """Turns for this process, of the lane of those that fail or of the others.

    `busy` counts the turns that an agency has here already; with them it gets no more than `of_agency`.
    """
    if most <= 0:
        return []
    lease = new_id()
    rows = await tx.driver.fetch(CLAIM, failing, most, LEASE, lease, list(busy), list(busy.values()), of_agency)
    return [Turn(row["webhook"], row["agency"], lease) for row in rows]


async def finish(turn: Turn, tx: Transaction) -> None:
    """Ends a turn: the webhook is due again with its next delivery, or leaves the line; a lost lease changes nothing.

    What fails waits longer from turn to turn, however much is waiting.
    """
    # the row first: who has just put something in line has either committed by now, or waits for us
    mine = await tx.driver.fetchval(
        "SELECT lease = $2 FROM webhook_queue WHERE webhook = $1 FOR UPDATE", turn.webhook, turn.lease
    )
    if not mine:
        return
    row = await tx.driver.fetchrow(NEXT, turn.webhook)
    if row is None or row["due_at"] is None:
        await leave(turn.webhook, tx)
        return
    failures = row["failures"] or 0
    pause = min(LONGEST_PAUSE, 5.0 * 2 ** min(failures - FAILING, 10)) if failures >= FAILING else 0.0
    await tx.driver.execute(RETURN, turn.webhook, row["due_at"], failures >= FAILING, timedelta(seconds=pause))
