"""Portal events as webhooks hear them: kept for agencies that have any, and in line for each that wants them."""

from collections.abc import Sequence

from kit.bus.portal_reader import PortalMessage
from kit.database import Transaction

from . import queue

KEEP = """
INSERT INTO heard_events (agency, message, what, stored_at, body)
SELECT $1, e.message, e.what, e.stored_at, e.body
FROM unnest($2::text[], $3::text[], $4::timestamptz[], $5::bytea[]) AS e(message, what, stored_at, body)
ON CONFLICT DO NOTHING RETURNING message
"""
# whoever turns one off meanwhile is waited for, or waits: nothing is put in line for a webhook that is off
SEND = """
INSERT INTO webhook_deliveries (id, agency, webhook, message, what, stored_at)
SELECT gen_random_uuid(), $1, w.id, e.message, e.what, e.stored_at
FROM heard_events e JOIN webhooks w ON w.agency = e.agency AND w.off_at IS NULL
  AND (w.events = '{}' OR e.what = ANY (w.events))
WHERE e.agency = $1 AND e.message = ANY ($2)
FOR SHARE OF w
ON CONFLICT DO NOTHING RETURNING webhook
"""


async def keep(heard: Sequence[PortalMessage], tx: Transaction) -> None:
    """Keeps a batch of one agency's events and puts them in line; what was heard before changes nothing."""
    if not await tx.driver.fetchval("SELECT EXISTS (SELECT FROM webhooks WHERE agency = $1)", tx.agency):
        return
    new = await tx.driver.fetch(
        KEEP,
        tx.agency,
        [event.id for event in heard],
        [event.what for event in heard],
        [event.stored_at for event in heard],
        [event.body for event in heard],
    )
    sent = await tx.driver.fetch(SEND, tx.agency, [row["message"] for row in new])
    for webhook in sorted({row["webhook"] for row in sent}):
        await queue.enter(webhook, tx)
