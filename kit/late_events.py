"""Events that come late: stored before a snapshot began that is complete by now, and applied only after its sweep.

Such an event is of the book as it was before the snapshot. Of an entity that the snapshot named, or that was heard of
since, its version decides as always. One that is gone stays gone: without this, a late event would bring it back until
the next snapshot. A kind whose removal is held back, or was forgotten, was not swept: there nothing is too late.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from .bus.feed_events import FeedEvent
from .database import Transaction
from .entities import Entities

BEGAN = """
SELECT swept.kind, max(s.started_at) AS began
FROM snapshots s CROSS JOIN LATERAL unnest(s.swept) AS swept(kind)
WHERE s.agency = $1 GROUP BY swept.kind
"""


async def without_gone(events: Sequence[FeedEvent], kinds: Sequence[Entities], tx: Transaction) -> list[FeedEvent]:
    """The events of a batch of one agency that are to be applied; to be called once it holds the snapshots."""
    began = {row["kind"]: row["began"] for row in await tx.driver.fetch(BEGAN, tx.agency)}
    late = [event for event in events if _is_late(event, began)]
    if not late:
        return list(events)
    there = {
        (entities.kind, ams_id)
        for entities in kinds
        for ams_id in await entities.there([event.ams_id for event in late if event.kind == entities.kind], tx)
    }
    return [event for event in events if not _is_late(event, began) or (event.kind, event.ams_id) in there]


def _is_late(event: FeedEvent, began: Mapping[str, datetime]) -> bool:
    return (
        not event.deleted
        and event.kind in began
        and event.stored_at is not None
        and event.stored_at < began[event.kind]
    )
