"""A batch of the AMS's feed: every kind of it, the snapshots that it belongs to, and that the AMS is alive."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import asyncpg

from contracts.policy.policies import PolicyChanged
from kit import telemetry
from kit.agencies import agency_details
from kit.bus import FeedEvent, snapshots
from kit.bus.snapshots import Sweep
from kit.database import Transaction
from kit.entities import Entities, newest

from . import carriers, holders, policies, receipts

RowOf = Callable[[FeedEvent, str], Mapping[str, Any]]
KINDS: tuple[tuple[Entities, RowOf], ...] = (
    (carriers.CARRIERS, carriers.row_of),
    (policies.POLICIES, policies.row_of),
    (receipts.RECEIPTS, receipts.row_of),
    (holders.HOLDERS, holders.row_of),
)


async def apply(events: Sequence[FeedEvent], tx: Transaction) -> None:
    """Applies a batch of one agency; older versions than what we have are superseded and counted.

    Raises BadEvent for an event that no column can take.
    """
    agency = await agency_details(tx, tx.agency)
    zone = agency.time_zone if agency else "UTC"
    await snapshots.hold(events, tx)
    mended: Counter[str] = Counter()
    applied = 0
    for entities, row_of in KINDS:
        rows = [(event, row_of(event, zone)) for event in newest(events, entities.kind)]
        live = await entities.keep([row for row in rows if not row[0].snapshot], tx)
        from_snapshot = await entities.keep([row for row in rows if row[0].snapshot], tx, mends=True)
        mended[f"{entities.kind} mended"] += len(from_snapshot)
        applied += len(live) + len(from_snapshot)
        _tell(entities, [*live, *from_snapshot], tx)
    await snapshots.note(events, {entities.kind: _sweeper(entities) for entities, _ in KINDS}, mended, tx)
    await tx.driver.execute(
        "INSERT INTO feeds (agency, heard_at) VALUES ($1, now())"
        " ON CONFLICT (agency) DO UPDATE SET heard_at = excluded.heard_at",
        tx.agency,
    )
    entities_heard = sum(event.kind in {entities.kind for entities, _ in KINDS} for event in events)
    telemetry.MESSAGES.labels("policy-ams", "superseded").inc(entities_heard - applied)


def _sweeper(entities: Entities) -> snapshots.Sweeper:
    async def sweep(complete: Sweep, tx: Transaction) -> int:
        rows = await entities.sweep(complete, tx)
        _tell(entities, rows, tx)
        return len(rows)

    return sweep


def _tell(entities: Entities, rows: Sequence[asyncpg.Record], tx: Transaction) -> None:
    if entities is policies.POLICIES:
        for row in rows:
            facts = {name: value for name, value in row.items() if name not in ("id", "ams_id")}
            tx.tell(PolicyChanged(agency=tx.agency, policy=row["id"], **facts))
