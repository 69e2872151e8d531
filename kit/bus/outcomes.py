"""What became of the events of a batch: counted by hour and kind for those who look after the feed."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from contracts import ams
from kit.database import Transaction

from . import replays
from .feed_events import FeedEvent

COUNT = """
INSERT INTO feed_hours AS f (agency, kind, slot, hour, applied, superseded, stored_at, heard_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, now())
ON CONFLICT (agency, kind, slot) DO UPDATE SET
  hour = excluded.hour, stored_at = excluded.stored_at, heard_at = excluded.heard_at,
  applied = excluded.applied + CASE WHEN f.hour = excluded.hour THEN f.applied ELSE 0 END,
  superseded = excluded.superseded + CASE WHEN f.hour = excluded.hour THEN f.superseded ELSE 0 END
"""


async def note(events: Sequence[FeedEvent], was_applied: Callable[[FeedEvent], bool], tx: Transaction) -> int:
    """Counts a batch of one agency: what was not applied was superseded; returns how many of it were.

    What was sent again from quarantine learns there what became of it.
    """
    applied: Counter[str] = Counter()
    heard: Counter[str] = Counter()
    for event in events:
        heard[event.kind] += 1
        counts = was_applied(event)
        applied[event.kind] += counts
        if event.replay is not None:
            await tx.driver.execute(replays.NOTE, event.replay, "applied" if counts else "superseded")
    now = datetime.now(UTC)
    hour = now.replace(minute=0, second=0, microsecond=0)
    stored_at = max((event.stored_at for event in events if event.stored_at), default=now)
    for kind in heard:
        if kind != ams.SNAPSHOT:
            # last: every batch of the agency in this hour writes the same row
            tx.run_last(COUNT, tx.agency, kind, hour.hour, hour, applied[kind], heard[kind] - applied[kind], stored_at)
    return heard.total() - applied.total()
