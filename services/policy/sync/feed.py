"""A batch of the AMS's feed: every kind of it, the snapshots that it belongs to, and that the AMS is alive."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import asyncpg

from contracts.policy.policies import MOST_CHANGED, ChangedPolicy, PoliciesChanged
from kit import telemetry
from kit.agencies import agency_details
from kit.bus import FeedEvent, outcomes, snapshots
from kit.bus.snapshots import Sweep
from kit.database import Transaction
from kit.entities import Entities, newest
from services.policy.freshness import note_heard
from services.policy.holders import confirmations
from services.policy.requests import ams_answers

from . import carriers, holders, policies, receipts, requests, terms

RowOf = Callable[[FeedEvent, str], Mapping[str, Any]]
KINDS: tuple[tuple[Entities, RowOf], ...] = (
    (carriers.CARRIERS, carriers.row_of),
    (policies.POLICIES, policies.row_of),
    (receipts.RECEIPTS, receipts.row_of),
    (holders.HOLDERS, holders.row_of),
    (requests.REQUESTS, requests.row_of),
)


async def apply(events: Sequence[FeedEvent], tx: Transaction) -> None:
    """Applies a batch of one agency; older versions than what we have are superseded and counted.

    Raises BadEvent for an event that no column can take.
    """
    agency = await agency_details(tx, tx.agency)
    zone = agency.time_zone if agency else "UTC"
    await snapshots.hold(events, tx)
    mended: Counter[str] = Counter()
    changed: dict[str, set[str]] = {}
    await confirmations.recognize(events, tx)
    for entities, row_of in KINDS:
        rows = [(event, row_of(event, zone)) for event in newest(events, entities.kind)]
        live = await entities.keep([row for row in rows if not row[0].snapshot], tx)
        from_snapshot = await entities.keep([row for row in rows if row[0].snapshot], tx, mends=True)
        mended[f"{entities.kind} mended"] += len(from_snapshot)
        changed[entities.kind] = {row["ams_id"] for row in (*live, *from_snapshot)}
        if entities is policies.POLICIES:
            applied = {event.id for event, _ in rows if event.ams_id in changed[entities.kind]}
            await terms.keep_late(events, applied, zone, tx)
        if entities is requests.REQUESTS:
            await ams_answers.apply(events, [*live, *from_snapshot], tx)
        _tell(entities, [*live, *from_snapshot], tx)
    await snapshots.note(events, {entities.kind: _sweeper(entities) for entities, _ in KINDS}, mended, tx)
    await note_heard(tx, changed=any(changed.values()))
    await outcomes.note(events, changed, tx)
    heard, kept = sum(event.kind in changed for event in events), sum(map(len, changed.values()))
    telemetry.MESSAGES.labels("policy-ams", "superseded").inc(heard - kept)


def _sweeper(entities: Entities) -> snapshots.Sweeper:
    async def sweep(complete: Sweep, tx: Transaction) -> int:
        rows = await entities.sweep(complete, tx)
        _tell(entities, rows, tx)
        return len(rows)

    return sweep


def _tell(entities: Entities, rows: Sequence[asyncpg.Record], tx: Transaction) -> None:
    if entities is policies.POLICIES:
        for first in range(0, len(rows), MOST_CHANGED):
            some = rows[first : first + MOST_CHANGED]
            changed = [ChangedPolicy(**{**row, "policy": row["id"]}) for row in some]
            tx.tell(PoliciesChanged(agency=tx.agency, policies=changed))
