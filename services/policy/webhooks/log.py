"""What was sent to a webhook, and what is sent again: from a time on, or a test."""

from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from contracts.policy.webhooks import (
    ListWebhookDeliveries,
    ReplayStarted,
    WebhookDelivery,
    WebhookLog,
    WebhookOff,
)
from contracts.portal_events import WebhookTested
from kit.bus.portal_events import envelope_of, json_bytes
from kit.database import Transaction
from kit.ids import new_id
from services.policy.pages import cursor_after, moment, place_of

from . import queue, registry

PLACE = (moment, UUID)
COLUMNS = "id, message, what, stored_at, state, tries, status, problem, tried_at, next_try_at"
PAGE = f"""
SELECT {COLUMNS} FROM webhook_deliveries
WHERE webhook = $1 AND ($2::text IS NULL OR state = $2)
  AND ($3::timestamptz IS NULL OR (stored_at, id) < ($3, $4::uuid))
ORDER BY stored_at DESC, id DESC LIMIT $5
"""
AGAIN = """
INSERT INTO webhook_deliveries (id, agency, webhook, message, what, stored_at)
SELECT gen_random_uuid(), e.agency, w.id, e.message, e.what, e.stored_at
FROM webhooks w JOIN heard_events e ON e.agency = w.agency AND e.only_for IS NULL AND e.stored_at >= $2
  AND (w.events = '{}' OR e.what = ANY (w.events))
WHERE w.id = $1
ON CONFLICT (webhook, message) DO UPDATE SET state = 'waiting', begun_at = now(), next_try_at = now(), tries = 0,
  status = 0, problem = '', tried_at = NULL
"""


async def page(wanted: ListWebhookDeliveries, tx: Transaction) -> WebhookLog:
    """A page of deliveries, newest event first; raises NotFound."""
    webhook = await registry.one(wanted.webhook, tx)
    after = place_of(wanted.cursor, "sent", PLACE) or (None, None)
    rows = await tx.driver.fetch(PAGE, webhook.id, wanted.state, *after, wanted.limit + 1)
    shown = rows[: wanted.limit]
    more = len(rows) > wanted.limit
    return WebhookLog(
        webhook=webhook,
        items=[_delivery(row) for row in shown],
        cursor=cursor_after("sent", [shown[-1]["stored_at"], shown[-1]["id"]]) if more else None,
    )


async def replay(webhook: UUID, since: datetime, tx: Transaction) -> ReplayStarted:
    """Puts every event since then in line again, with all of its tries anew; raises NotFound, WebhookOff."""
    await _live(webhook, tx)
    begins = since if since.tzinfo else since.replace(tzinfo=UTC)
    done = await tx.driver.execute(AGAIN, webhook, begins)
    await queue.enter(webhook, tx)
    return ReplayStarted(events=int(done.rsplit(" ", 1)[1]))


async def test(webhook: UUID, tx: Transaction) -> WebhookDelivery:
    """Puts an event in line that is for this webhook alone; raises NotFound, WebhookOff."""
    await _live(webhook, tx)
    event = WebhookTested(webhook=webhook, at=datetime.now(UTC))
    envelope = envelope_of(event)
    await tx.driver.execute(
        "INSERT INTO heard_events (agency, message, what, stored_at, body, only_for)"
        " VALUES ($1, $2, $3, now(), $4, $5)",
        tx.agency,
        envelope["id"],
        event.what,
        json_bytes(envelope),
        webhook,
    )
    row = await tx.driver.fetchrow(
        "INSERT INTO webhook_deliveries (id, agency, webhook, message, what, stored_at)"
        f" VALUES ($1, $2, $3, $4, $5, now()) RETURNING {COLUMNS}",
        new_id(),
        tx.agency,
        webhook,
        envelope["id"],
        event.what,
    )
    assert row is not None
    await queue.enter(webhook, tx)
    return _delivery(row)


async def _live(webhook: UUID, tx: Transaction) -> None:
    # its row first, as whoever settles what was tried and whoever turns it off does
    await tx.driver.execute("SELECT FROM webhooks WHERE id = $1 FOR NO KEY UPDATE", webhook)
    if (await registry.one(webhook, tx)).off_since is not None:
        raise WebhookOff


def _delivery(row: asyncpg.Record) -> WebhookDelivery:
    facts = {name: value for name, value in row.items() if name not in ("id", "stored_at")}
    if row["state"] != "waiting":
        facts["next_try_at"] = None
    return WebhookDelivery(**facts, at=row["stored_at"])
