"""What the agency's system hears back: portal events in their envelope, refusals of its own events among them."""

import json
import time

from contracts.portal_events import EventRefused, PortalEvent
from kit.database import Transaction
from kit.ids import new_id

from . import failures
from .bad_message import BadMessage
from .failures import Delivery


async def refuse(slug: str, transaction: Transaction, delivery: Delivery, bad: BadMessage) -> None:
    """Puts an event into quarantine and tells the agency's system about it."""
    quarantine_id = await failures.quarantine(transaction, delivery, bad, slug)
    if quarantine_id is None:
        return
    envelope = _envelope(delivery.raw.data)
    leave_portal_event(
        transaction,
        slug,
        EventRefused(
            event=envelope.get("id"),
            type=envelope.get("type"),
            subject=envelope.get("subject"),
            code=bad.code,
            pointer=failures.storable(bad.pointer),
            problem=failures.storable(bad.problem),
            quarantine=quarantine_id,
        ),
    )


def leave_portal_event(transaction: Transaction, slug: str, event: PortalEvent) -> None:
    """Puts an event for the agency's system into the outbox, in its CloudEvents envelope."""
    transaction.leave(f"portal.{slug}.{event.what}", json_bytes(envelope_of(event)))


def envelope_of(event: PortalEvent) -> dict[str, object]:
    """The CloudEvents envelope of an event, with a new id."""
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    return {
        "specversion": "1.0",
        "id": str(new_id()),
        "source": "/portico",
        "type": event.type_name(),
        "time": now,
        "datacontenttype": "application/json",
        "data": event.model_dump(mode="json"),
    }


def json_bytes(value: object) -> bytes:
    """Compact JSON."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def _envelope(body: bytes) -> dict[str, str | None]:
    try:
        envelope = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(envelope, dict):
        return {}
    return {
        key: failures.storable(str(envelope[key])[:200])
        for key in ("id", "type", "subject")
        if envelope.get(key) is not None
    }
