"""The brake: a snapshot that would remove most of a kind removes nothing of it, until the agency has decided."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from contracts.held_removals import FEWEST, FEWEST_OF_ALL, LARGEST_SHARE, HeldState
from contracts.portal_events import HeldKind, SnapshotHeld
from kit import telemetry
from kit.agencies import agency_details
from kit.database import REMEMBERED, Transaction
from kit.ids import new_id

from .portal_events import leave_portal_event
from .sweeps import Extent, Sweep, Sweeping

log = logging.getLogger(__name__)

OPEN = "state IN ('held', 'removing')"
HOLD = """
INSERT INTO held_removals (id, agency, snapshot, kind, began_at, going, there, state)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
OVERTAKEN = f"""
UPDATE held_removals SET state = 'overtaken' WHERE agency = $1 AND {OPEN} AND began_at < $2 AND kind = ANY($3)
"""
# as long as a snapshot is known: nothing can come late for an older one
OLD = f"DELETE FROM held_removals WHERE agency = $1 AND held_at < now() - {REMEMBERED}"
# what a snapshot `s` names of the kind of an item `i` counts: for its own removal, and for those of older ones
COUNTS = f"""
EXISTS (SELECT FROM held_removals h
  WHERE h.agency = $1 AND h.kind = i.kind AND h.began_at <= s.started_at AND h.{OPEN})
"""
ITEMS_OVER = f"""
DELETE FROM snapshot_items i USING snapshots s
WHERE s.agency = $1 AND s.swept_at IS NOT NULL AND i.agency = s.agency AND i.snapshot = s.id AND NOT {COUNTS}
"""


def is_too_much(extent: Extent) -> bool:
    """Whether a sweep of that extent waits until somebody has decided."""
    most_of_it = extent.going >= FEWEST and extent.going > LARGEST_SHARE * extent.there
    return most_of_it or (extent.going >= FEWEST_OF_ALL and extent.going == extent.there)


async def hold(sweep: Sweep, extent: Extent, tx: Transaction) -> HeldKind:
    """Keeps in mind what the sweep would have removed, instead of removing it."""
    await _keep(sweep, extent, "held", tx)
    told = HeldKind(kind=sweep.kind, going=extent.going, there=extent.there)
    telemetry.MESSAGES.labels("snapshot", f"{sweep.kind} held").inc(extent.going)
    log.warning("a removal is held back", extra={"agency": str(tx.agency), **told.facts()})
    return told


async def leave(sweep: Sweep, extent: Extent, sweeping: Sweeping, tx: Transaction) -> None:
    """Leaves a sweep that is too much for one transaction, but for nobody to decide about, to the job."""
    tx.enqueue(sweeping.carry_out(agency=tx.agency, held=await _keep(sweep, extent, "removing", tx)))


async def _keep(sweep: Sweep, extent: Extent, state: HeldState, tx: Transaction) -> UUID:
    removal = new_id()
    values = (sweep.snapshot, sweep.kind, sweep.started_at, extent.going, extent.there, state)
    await tx.driver.execute(HOLD, removal, tx.agency, *values)
    return removal


async def tell(
    snapshot: str, began_at: datetime, kinds: Sequence[HeldKind], sweeping: Sweeping, tx: Transaction
) -> None:
    """Tells the agency's system, and the agency itself, that these kinds are held back."""
    told = SnapshotHeld(snapshot=snapshot, began_at=began_at, kinds=list(kinds), at=datetime.now(UTC))
    agency = await agency_details(tx, tx.agency)
    if agency is not None:
        leave_portal_event(tx, agency.slug, told)
    await sweeping.tell_held(told, tx)


async def overtake(began_at: datetime, kinds: Sequence[str], tx: Transaction) -> None:
    """A snapshot of these kinds that began then is over: what older ones wanted removed of them is its to judge."""
    await tx.driver.execute(OVERTAKEN, tx.agency, began_at, kinds)
    await tx.driver.execute(OLD, tx.agency)


async def forget_items(tx: Transaction) -> None:
    """Forgets what snapshots named that are over, where no removal asks for it any more."""
    await tx.driver.execute(ITEMS_OVER, tx.agency)
