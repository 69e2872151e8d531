"""The brake: a snapshot that would remove most of a kind removes nothing of it, until the agency has decided."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from contracts.held_removals import FEWEST, FEWEST_OF_ALL, LARGEST_SHARE
from contracts.portal_events import HeldKind, SnapshotHeld
from kit import telemetry
from kit.agencies import agency_details
from kit.database import Transaction
from kit.ids import new_id

from .portal_events import leave_portal_event
from .sweeps import Extent, Sweep

log = logging.getLogger(__name__)

OPEN = "state IN ('held', 'removing')"
HOLD = """
INSERT INTO held_removals (id, agency, snapshot, kind, began_at, going, there) VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
OVERTAKEN = f"UPDATE held_removals SET state = 'overtaken' WHERE agency = $1 AND {OPEN} AND began_at < $2"
# as long as a snapshot is known: the bus keeps no event for longer, so nothing can come late for an older one
OLD = "DELETE FROM held_removals WHERE agency = $1 AND held_at < now() - interval '35 days'"
ITEMS_OVER = f"""
DELETE FROM snapshot_items i USING snapshots s
WHERE s.agency = $1 AND s.swept_at IS NOT NULL AND i.agency = s.agency AND i.snapshot = s.id AND NOT EXISTS (
  SELECT FROM held_removals h
  WHERE h.agency = i.agency AND h.snapshot = i.snapshot AND h.kind = i.kind AND h.{OPEN})
"""

TellHeld = Callable[[SnapshotHeld, Transaction], Awaitable[None]]


def is_too_much(extent: Extent) -> bool:
    """Whether a sweep of that extent waits until somebody has decided."""
    most_of_it = extent.going >= FEWEST and extent.going > LARGEST_SHARE * extent.there
    return most_of_it or (extent.going >= FEWEST_OF_ALL and extent.going == extent.there)


async def hold(sweep: Sweep, extent: Extent, tx: Transaction) -> HeldKind:
    """Keeps in mind what the sweep would have removed, instead of removing it."""
    values = (sweep.snapshot, sweep.kind, sweep.started_at, extent.going, extent.there)
    await tx.driver.execute(HOLD, new_id(), tx.agency, *values)
    told = HeldKind(kind=sweep.kind, going=extent.going, there=extent.there)
    telemetry.MESSAGES.labels("snapshot", f"{sweep.kind} held").inc(extent.going)
    log.warning("a removal is held back", extra={"agency": str(tx.agency), **told.facts()})
    return told


async def tell(
    snapshot: str, began_at: datetime, kinds: Sequence[HeldKind], tell_held: TellHeld, tx: Transaction
) -> None:
    """Tells the agency's system, and by `tell_held` the agency itself, that these kinds are held back."""
    told = SnapshotHeld(snapshot=snapshot, began_at=began_at, kinds=list(kinds), at=datetime.now(UTC))
    agency = await agency_details(tx, tx.agency)
    if agency is not None:
        leave_portal_event(tx, agency.slug, told)
    await tell_held(told, tx)


async def overtake(began_at: datetime, tx: Transaction) -> None:
    """A snapshot that began then is over: what older ones wanted removed is its to judge."""
    await tx.driver.execute(OVERTAKEN, tx.agency, began_at)
    await tx.driver.execute(OLD, tx.agency)


async def forget_items(tx: Transaction) -> None:
    """Forgets what snapshots named that are over and of which nothing is held back."""
    await tx.driver.execute(ITEMS_OVER, tx.agency)
