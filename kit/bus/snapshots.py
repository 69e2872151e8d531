"""Snapshots of the AMS's book: what one named is noted, and once all of it is applied, the rest is swept.

A snapshot runs amid live events, in any order and with repeats. What it did not name is gone only if nothing was heard
of it since the snapshot began: the bus's own times decide that, not the clocks of its publishers. An event of the
snapshot that is in quarantine keeps its count short, so that nothing is swept before it is mended. What would remove
most of a kind is not swept but held back (`brake.py`).
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from contracts import ams
from contracts.portal_events import HeldKind
from kit import telemetry
from kit.database import REMEMBERED, Transaction

from . import brake, sweeps
from .feed_events import FeedEvent
from .sweeps import Sweep, Sweeping

# also what a snapshot names once it is over, as long as a removal waits or is under way: that is not to go then
NOTE = f"""
INSERT INTO snapshot_items (agency, snapshot, kind, ams_id)
SELECT $1, i.snapshot, i.kind, i.ams_id
FROM unnest($2::text[], $3::text[], $4::text[]) AS i(snapshot, kind, ams_id)
JOIN snapshots s ON s.agency = $1 AND s.id = i.snapshot
WHERE s.swept_at IS NULL OR {brake.COUNTS}
ON CONFLICT DO NOTHING
"""
KNOWN = """
INSERT INTO snapshots AS s (agency, id, started_at, counts) VALUES ($1, $2, $3, $4)
ON CONFLICT (agency, id) DO UPDATE SET started_at = coalesce(s.started_at, excluded.started_at),
  counts = coalesce(s.counts, excluded.counts)
"""
ALONE = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"
TOGETHER = "SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 0))"
# one that nobody has ever heard begin may still do so, for as long as the bus keeps an event
BEGINS = f"started_at IS NULL AND known_at > now() - {REMEMBERED}"
OVER = f"""
UPDATE snapshots SET swept_at = now(), complete = id = $2, swept = CASE WHEN id = $2 THEN $4::text[] ELSE '{{}}' END
WHERE agency = $1 AND swept_at IS NULL AND (id = $2 OR started_at < $3 OR started_at IS NULL AND NOT ({BEGINS}))
"""
NAMING = f"SELECT id FROM snapshots WHERE agency = $1 AND (id = $2 OR started_at > $3 OR {BEGINS})"
# no event can come late for an older one
FORGOTTEN = f"DELETE FROM snapshots WHERE agency = $1 AND swept_at < now() - {REMEMBERED}"


async def hold(events: Sequence[FeedEvent], tx: Transaction) -> None:
    """Notes the snapshots that a batch of one agency names, and holds them until the commit.

    One batch at a time that names any, and none beside it: of two neither would see that it was the last, and what is
    applied beside a sweep would not know of it. To be called before anything is applied, so that nobody who waits here
    holds what another needs.
    """
    signals = [event for event in events if event.kind == ams.SNAPSHOT]
    touched = _touched(events)
    if touched:
        await lock_feed(tx)
    else:
        await tx.driver.execute(TOGETHER, f"feed {tx.agency}")
    for snapshot in touched:
        await tx.driver.execute(KNOWN, tx.agency, snapshot, *_told(snapshot, signals))


async def lock_feed(tx: Transaction) -> None:
    """Nothing of the agency's feed is applied beside this transaction, in whichever process."""
    await tx.driver.execute(ALONE, f"feed {tx.agency}")


async def note(events: Sequence[FeedEvent], sweeping: Sweeping, mended: "Counter[str]", tx: Transaction) -> None:
    """Notes what a batch of one agency, applied already, names of snapshots; sweeps after the one that it completes.

    `mended` counts what the batch's events of a snapshot have put right.
    """
    items = [event for event in events if event.snapshot and event.kind in sweeping.kinds]
    if items:
        await tx.driver.execute(
            NOTE, tx.agency, [e.snapshot for e in items], [e.kind for e in items], [e.ams_id for e in items]
        )
        await add_found(items[-1].snapshot, mended, tx)
    for snapshot in _touched(events):
        await _finish(snapshot, sweeping, tx)


async def naming(snapshot: str, started_at: datetime, tx: Transaction) -> tuple[str, ...]:
    """The snapshots that keep what they name from being swept after this one: itself, and those that began later."""
    rows = await tx.driver.fetch(NAMING, tx.agency, snapshot, started_at)
    return tuple(row["id"] for row in rows)


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


async def _finish(snapshot: str, sweeping: Sweeping, tx: Transaction) -> None:
    row = await tx.driver.fetchrow(
        "SELECT started_at, counts FROM snapshots"
        " WHERE agency = $1 AND id = $2 AND swept_at IS NULL AND started_at IS NOT NULL AND counts IS NOT NULL",
        tx.agency,
        snapshot,
    )
    if row is None:
        return
    counts = json.loads(row["counts"])
    wanted = {kind: counts[kind] for kind in sweeping.kinds if kind in counts}
    seen = await tx.driver.fetch(
        "SELECT kind, count(*) AS n FROM snapshot_items WHERE agency = $1 AND snapshot = $2 GROUP BY kind",
        tx.agency,
        snapshot,
    )
    if {row["kind"]: row["n"] for row in seen} != {kind: count for kind, count in wanted.items() if count}:
        return
    swept = await _sweep(snapshot, row["started_at"], list(wanted), sweeping, tx)
    # one that began earlier and never became complete has nothing left to say
    await tx.driver.execute(OVER, tx.agency, snapshot, row["started_at"], swept)
    await brake.overtake(row["started_at"], list(wanted), tx)
    await brake.forget_items(tx)
    await tx.driver.execute(FORGOTTEN, tx.agency)


async def _sweep(
    snapshot: str, started_at: datetime, kinds: Sequence[str], sweeping: Sweeping, tx: Transaction
) -> list[str]:
    """Sweeps these kinds, but for those of which too much would go; returns those that are swept, or are just being."""
    named_by = await naming(snapshot, started_at, tx)
    gone: Counter[str] = Counter()
    held: list[HeldKind] = []
    swept: list[str] = []
    for kind in kinds:
        sweeper = sweeping.kinds[kind]
        sweep = Sweep(snapshot, kind, started_at, named_by)
        extent = await sweeper.measure(sweep, tx)
        if brake.is_too_much(extent):
            held.append(await brake.hold(sweep, extent, tx))
            continue
        swept.append(kind)
        if extent.going > sweeps.AT_ONCE:
            await brake.leave(sweep, extent, sweeping, tx)
        elif extent.going:
            gone[f"{kind} gone"] = await sweeper.sweep(sweep, tx)
    await add_found(snapshot, gone, tx)
    if held:
        await brake.tell(snapshot, started_at, held, sweeping, tx)
    return swept


async def add_found(snapshot: str, found: Mapping[str, int], tx: Transaction) -> None:
    """Counts drift that a snapshot of the agency's has mended, and what was kept of what it would have removed."""
    for what, count in found.items():
        if count:
            telemetry.MESSAGES.labels("snapshot", what).inc(count)
    known = await tx.driver.fetchval("SELECT found FROM snapshots WHERE agency = $1 AND id = $2", tx.agency, snapshot)
    if known is None:
        return  # forgotten by now
    total = Counter(json.loads(known)) + Counter(found)
    await tx.driver.execute(
        "UPDATE snapshots SET found = $3 WHERE agency = $1 AND id = $2", tx.agency, snapshot, json.dumps(total)
    )
