"""Snapshots of the AMS's book: what one named is noted, and once all of it is applied, the rest is swept.

A snapshot runs amid live events, in any order and with repeats. What it did not name is gone only if nothing was heard
of it since the snapshot began: the bus's own times decide that, not the clocks of its publishers. An event of the
snapshot that is in quarantine keeps its count short, so that nothing is swept before it is mended.
"""

import json
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts import ams
from kit import telemetry
from kit.database import Transaction

from .feed_events import FeedEvent

NOTE = """
INSERT INTO snapshot_items (agency, snapshot, kind, ams_id)
SELECT $1, i.snapshot, i.kind, i.ams_id
FROM unnest($2::text[], $3::text[], $4::text[]) AS i(snapshot, kind, ams_id)
JOIN snapshots s ON s.agency = $1 AND s.id = i.snapshot AND s.swept_at IS NULL
ON CONFLICT DO NOTHING
"""
KNOWN = """
INSERT INTO snapshots AS s (agency, id, started_at, counts) VALUES ($1, $2, $3, $4)
ON CONFLICT (agency, id) DO UPDATE SET started_at = coalesce(s.started_at, excluded.started_at),
  counts = coalesce(s.counts, excluded.counts)
"""
ALONE = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"
TOGETHER = "SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 0))"
OVER = """
UPDATE snapshots SET swept_at = now(), complete = (id = $2)
WHERE agency = $1 AND swept_at IS NULL AND (id = $2 OR started_at < $3)
"""


@dataclass(frozen=True)
class Sweep:
    """A complete snapshot: entities of `kind` that it did not name, and that are older than its start, are gone."""

    snapshot: str
    kind: str
    started_at: datetime


Sweeper = Callable[[Sweep, Transaction], Awaitable[int]]  # deletes, and returns how many


async def hold(events: Sequence[FeedEvent], tx: Transaction) -> None:
    """Notes the snapshots that a batch of one agency names, and holds them until the commit.

    One batch at a time that names any, and none beside it: of two neither would see that it was the last, and what is
    applied beside a sweep would not know of it. To be called before anything is applied, so that nobody who waits here
    holds what another needs.
    """
    signals = [event for event in events if event.kind == ams.SNAPSHOT]
    touched = _touched(events)
    await tx.driver.execute(ALONE if touched else TOGETHER, f"feed {tx.agency}")
    for snapshot in touched:
        await tx.driver.execute(KNOWN, tx.agency, snapshot, *_told(snapshot, signals))


async def note(
    events: Sequence[FeedEvent], sweepers: Mapping[str, Sweeper], mended: "Counter[str]", tx: Transaction
) -> None:
    """Notes what a batch of one agency, applied already, names of snapshots; sweeps after the one that it completes.

    `sweepers` are the service's own kinds; `mended` counts what the batch's events of a snapshot have put right.
    """
    items = [event for event in events if event.snapshot and event.kind in sweepers]
    if items:
        await tx.driver.execute(
            NOTE, tx.agency, [e.snapshot for e in items], [e.kind for e in items], [e.ams_id for e in items]
        )
        await _add_found(items[-1].snapshot, mended, tx)
    for snapshot in _touched(events):
        await _finish(snapshot, sweepers, tx)


def _touched(events: Sequence[FeedEvent]) -> list[str]:
    ids = {event.snapshot for event in events} | {event.ams_id for event in events if event.kind == ams.SNAPSHOT}
    return sorted(ids - {""})


def _told(snapshot: str, signals: Sequence[FeedEvent]) -> tuple[datetime | None, str | None]:
    started_at, counts = None, None
    for event in signals:
        if event.ams_id == snapshot and isinstance(event.data, ams.SnapshotEnded):
            counts = json.dumps(event.data.counts)
        elif event.ams_id == snapshot:
            started_at = event.stored_at
    return started_at, counts


async def _finish(snapshot: str, sweepers: Mapping[str, Sweeper], tx: Transaction) -> None:
    row = await tx.driver.fetchrow(
        "SELECT started_at, counts FROM snapshots"
        " WHERE agency = $1 AND id = $2 AND swept_at IS NULL AND started_at IS NOT NULL AND counts IS NOT NULL",
        tx.agency,
        snapshot,
    )
    if row is None:
        return
    counts = json.loads(row["counts"])
    wanted = {kind: counts[kind] for kind in sweepers if kind in counts}  # in the order in which everybody locks rows
    seen = await tx.driver.fetch(
        "SELECT kind, count(*) AS n FROM snapshot_items WHERE agency = $1 AND snapshot = $2 GROUP BY kind",
        tx.agency,
        snapshot,
    )
    if {row["kind"]: row["n"] for row in seen} != {kind: count for kind, count in wanted.items() if count}:
        return
    gone: Counter[str] = Counter()
    for kind in wanted:
        gone[f"{kind} gone"] = await sweepers[kind](Sweep(snapshot, kind, row["started_at"]), tx)
    await _add_found(snapshot, gone, tx)
    # one that began earlier and never became complete has nothing left to say
    await tx.driver.execute(OVER, tx.agency, snapshot, row["started_at"])
    await tx.driver.execute(
        "DELETE FROM snapshot_items i USING snapshots s"
        " WHERE s.agency = $1 AND s.swept_at IS NOT NULL AND i.agency = s.agency AND i.snapshot = s.id",
        tx.agency,
    )
    # the bus keeps no event for longer than that, so none can come late for an older one
    await tx.driver.execute(
        "DELETE FROM snapshots WHERE agency = $1 AND swept_at < now() - interval '35 days'", tx.agency
    )


async def _add_found(snapshot: str, found: "Counter[str]", tx: Transaction) -> None:
    for what, count in found.items():
        if count:
            telemetry.MESSAGES.labels("snapshot", what).inc(count)
    known = await tx.driver.fetchval("SELECT found FROM snapshots WHERE agency = $1 AND id = $2", tx.agency, snapshot)
    total = Counter(json.loads(known)) + found
    await tx.driver.execute(
        "UPDATE snapshots SET found = $3 WHERE agency = $1 AND id = $2", tx.agency, snapshot, json.dumps(total)
    )
