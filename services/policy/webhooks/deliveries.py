"""Deliveries: what is due at a webhook, and what became of each try; given up after three days."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from contracts.identity.telling import WebhookEnd
from kit.database import Transaction

from .posting import Answer

GIVEN_UP_AFTER = timedelta(days=3)
PAUSES = (5, 30, 120, 600, 1800, 3600, 7200, 14400, 28800, 43200)  # seconds after each failure; the last one stays
SPREAD = random.Random()  # noqa: S311 - no secret
LONGEST_WISH = 3600.0  # seconds that a receiver may ask us to wait
GONE = 410

DUE = """
SELECT d.id, d.message, d.tries, e.body FROM webhook_deliveries d
JOIN heard_events e ON e.agency = d.agency AND e.message = d.message
WHERE d.webhook = $1 AND d.state = 'waiting' AND d.next_try_at <= now() ORDER BY d.next_try_at LIMIT $2
"""
DELIVERED = """
UPDATE webhook_deliveries SET state = 'delivered', tries = tries + 1, status = $2, problem = '', tried_at = now()
WHERE id = $1
"""
# the last try is at the end of the three days
FAILED = """
UPDATE webhook_deliveries SET tries = tries + 1, status = $2, problem = $3, tried_at = now(),
  state = CASE WHEN begun_at + $5::interval <= now() THEN 'given-up' ELSE 'waiting' END,
  next_try_at = least(now() + $4::interval, begun_at + $5::interval)
WHERE id = $1 AND state = 'waiting'
RETURNING CASE WHEN state = 'given-up' THEN begun_at END
"""
ALIVE = """
UPDATE webhooks SET failing_since = NULL, failures = 0, problem = '', delivered_at = now() WHERE id = $1
"""
FAILING = """
UPDATE webhooks SET failing_since = coalesce(failing_since, now()), failures = failures + 1, problem = $2
WHERE id = $1
"""


@dataclass(frozen=True)
class Due:
    """An event whose time has come: `message` is its webhook-id, `tries` how often it was tried already."""

    id: UUID
    message: str
    tries: int
    body: bytes


async def due(webhook: UUID, most: int, tx: Transaction) -> list[Due]:
    """What is to be sent now, the longest waiting first."""
    return [Due(**row) for row in await tx.driver.fetch(DUE, webhook, most)]


async def settle(webhook: UUID, tried: Sequence[tuple[Due, Answer]], tx: Transaction) -> WebhookEnd | None:
    """Notes what became of tries; returns why the webhook is to be given up, if it is.

    That is: it says that it is gone, or an event was tried for three days and no other was delivered meanwhile.
    """
    # the webhook's row first, as whoever turns it off does
    await tx.driver.execute("SELECT FROM webhooks WHERE id = $1 FOR NO KEY UPDATE", webhook)
    over: list[Any] = []
    for each, answer in tried:
        if answer.taken:
            await tx.driver.execute(DELIVERED, each.id, answer.status)
        else:
            over.append(
                await tx.driver.fetchval(
                    FAILED, each.id, answer.status, answer.problem, _pause(each.tries, answer), GIVEN_UP_AFTER
                )
            )
    if any(answer.taken for _, answer in tried):
        await tx.driver.execute(ALIVE, webhook)
    for _, answer in tried:
        if not answer.taken:
            await tx.driver.execute(FAILING, webhook, _words(answer))
    if any(answer.status == GONE for _, answer in tried):
        return "gone"
    begun = [moment for moment in over if moment is not None]
    if begun and await tx.driver.fetchval(
        "SELECT delivered_at IS NULL OR delivered_at < $2 FROM webhooks WHERE id = $1", webhook, min(begun)
    ):
        return "dead"
    return None


def _pause(tries: int, answer: Answer) -> timedelta:
    """Until the next try: longer each time, never all at one moment, and not before the receiver wants it."""
    usual = PAUSES[min(tries, len(PAUSES) - 1)] * SPREAD.uniform(0.9, 1.1)
    return timedelta(seconds=max(usual, min(answer.retry_after, LONGEST_WISH)))


def _words(answer: Answer) -> str:
    return str(answer.status) if answer.problem == "status" else answer.problem
