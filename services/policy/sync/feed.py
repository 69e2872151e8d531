"""A batch of the AMS's feed: every kind of it, the snapshots that it belongs to, and that the AMS is alive."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import asyncpg

from contracts.policy.feed import CarryOutRemoval
from contracts.policy.policies import ChangedPolicy, PoliciesChanged
from kit import agency_deeds, bulletins
from kit.agencies import agency_details
from kit.bus import FeedEvent
from kit.bus.sweeps import Sweeping
from kit.database import Transaction
from kit.entities import Entities
from kit.feed_batches import Batch, sweeper
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
    batch = Batch(events, [entities for entities, _ in KINDS], tx)
    await batch.begin()
    await confirmations.recognize(batch.events, tx)
    for entities, row_of in KINDS:
        rows = await batch.keep(entities, _within(zone, row_of))
        if entities is policies.POLICIES:
            await terms.keep_late([event for event in batch.events if not batch.applied(event)], zone, tx)
            _tell(tx, rows)
        if entities is requests.REQUESTS:
            await ams_answers.apply(batch.events, rows, tx)
    await batch.end("policy", SWEEPING)
    note_heard(tx, changed=batch.changed)


def _within(zone: str, row_of: RowOf) -> Callable[[FeedEvent], Mapping[str, Any]]:
    return lambda event: row_of(event, zone)


def _tell(tx: Transaction, rows: Sequence[asyncpg.Record]) -> None:
    changed = [ChangedPolicy(**{**row, "policy": row["id"]}) for row in rows]
    bulletins.tell(changed, lambda some: PoliciesChanged(agency=tx.agency, policies=list(some)), tx)


SWEEPING = Sweeping(
    {one.kind: sweeper(one, _tell if one is policies.POLICIES else None) for one, _ in KINDS},
    agency_deeds.tell_held,
    CarryOutRemoval,
)
