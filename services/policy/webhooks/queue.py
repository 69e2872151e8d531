"""Whose turn it is: a row for each webhook that has something waiting, leased by the process that sends it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from kit.database import Transaction
from kit.ids import new_id

LEASE = timedelta(seconds=60)
FAILING = 5  # failures in a row, after which a webhook waits in the slow lane
LONGEST_PAUSE = 600.0  # seconds between turns of a webhook that fails

ENTER = """
INSERT INTO webhook_queue AS q (webhook, agency, due_at, failing)
SELECT w.id, w.agency, now(), w.failures >= $2 FROM webhooks w WHERE w.id = $1 AND w.off_at IS NULL
ON CONFLICT (webhook) DO UPDATE SET due_at = CASE WHEN q.failing THEN q.due_at ELSE least(q.due_at, now()) END
"""
CLAIM = """
UPDATE webhook_queue SET leased_until = now() + $3::interval, lease = $4
WHERE webhook IN (
    SELECT webhook FROM webhook_queue
    WHERE due_at <= now() AND failing = $1 AND (leased_until IS NULL OR leased_until < now())
      AND NOT agency = ANY ($5::uuid[])
    ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED
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


async def claim(most: int, full: Collection[UUID], tx: Transaction, *, failing: bool) -> list[Turn]:
    """Turns for this process, of the lane of those that fail or of the others; none of the agencies in `full`."""
    if most <= 0:
        return []
    lease = new_id()
    rows = await tx.driver.fetch(CLAIM, failing, most, LEASE, lease, list(full))
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
