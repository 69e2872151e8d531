"""Held removals as an agency decides about them: listed with what they would take now, carried out, or forgotten."""

from collections.abc import Mapping
from uuid import UUID

from contracts.held_removals import (
    CarryOut,
    DecidedOtherwise,
    DecideHeld,
    HeldRemoval,
    HeldRemovals,
    HeldState,
)
from contracts.kinds import NotFound

from .bus import brake, snapshots
from .bus.call import Call
from .bus.sweeps import Sweep, Sweeper
from .database import Transaction

AT_ONCE = 2000  # entities that one transaction removes: the feed of the agency goes on between two of them
COLUMNS = "SELECT id, snapshot, kind, began_at, held_at, state, going, there, removed FROM held_removals"
KNOWN = "agency = $1 AND held_at > now() - interval '35 days'"
LISTED = f"{COLUMNS} WHERE {KNOWN} AND {brake.OPEN} ORDER BY held_at, kind"
ONE = f"{COLUMNS} WHERE {KNOWN} AND id = $2 FOR UPDATE"
DECIDED = "UPDATE held_removals SET state = $2 WHERE id = $1"
REMOVED = "UPDATE held_removals SET removed = removed + $2, state = $3 WHERE id = $1"
SWEPT = """
UPDATE snapshots SET swept = array_append(swept, $3::text) WHERE agency = $1 AND id = $2 AND $3::text <> ALL (swept)
"""

Sweepers = Mapping[str, Sweeper]


async def listed(sweepers: Sweepers, tx: Transaction) -> HeldRemovals:
    """What waits for a decision and would still remove something, and what is being removed."""
    rows = await tx.driver.fetch(LISTED, tx.agency)
    items = [await _now(HeldRemoval(**row), sweepers, tx) for row in rows]
    return HeldRemovals(items=[item for item in items if item.going or item.state == "removing"])


async def decide(wanted: DecideHeld, sweepers: Sweepers, tx: Transaction) -> tuple[HeldRemoval, bool]:
    """Notes the decision; returns what it is about, and whether it was taken just now and not before.

    Raises NotFound, and DecidedOtherwise where it is too late for this decision.
    """
    await snapshots.lock_feed(tx)
    removal = await _one(wanted.held, tx)
    if removal is None:
        raise NotFound
    if removal.state != "held":
        if removal.state not in (("removing", "removed") if wanted.remove else ("kept",)):
            raise DecidedOtherwise(state=removal.state)
        return await _now(removal, sweepers, tx), False
    now = await _now(removal, sweepers, tx)
    state: HeldState = "removing" if wanted.remove else "kept"
    await tx.driver.execute(DECIDED, removal.id, state)
    await brake.forget_items(tx)
    return now.model_copy(update={"state": state}), True


async def carry_out(job: CarryOut, sweepers: Sweepers, call: Call) -> None:
    """Removes what is still to go, AT_ONCE in a transaction; a job that comes again goes on where it was."""
    more = True
    while more:
        async with call.transaction(job.agency) as tx:
            more = await _carry_on(job.held, sweepers, tx)


async def _carry_on(held: UUID, sweepers: Sweepers, tx: Transaction) -> bool:
    await snapshots.lock_feed(tx)
    removal = await _one(held, tx)
    if removal is None or removal.state != "removing":
        return False  # done, or overtaken by a newer snapshot
    await tx.driver.execute(SWEPT, tx.agency, removal.snapshot, removal.kind)
    gone = await sweepers[removal.kind].sweep(await _sweep(removal, tx, AT_ONCE), tx)
    await snapshots.add_found(removal.snapshot, {f"{removal.kind} gone": gone}, tx)
    more = gone == AT_ONCE
    await tx.driver.execute(REMOVED, held, gone, "removing" if more else "removed")
    if not more:
        await brake.forget_items(tx)
    return more


async def _one(held: UUID, tx: Transaction) -> HeldRemoval | None:
    row = await tx.driver.fetchrow(ONE, tx.agency, held)
    return None if row is None else HeldRemoval(**row)


async def _now(removal: HeldRemoval, sweepers: Sweepers, tx: Transaction) -> HeldRemoval:
    """With what it would remove now, if it still would."""
    if removal.state not in ("held", "removing"):
        return removal
    extent = await sweepers[removal.kind].measure(await _sweep(removal, tx), tx)
    return removal.model_copy(update={"going": extent.going})


async def _sweep(removal: HeldRemoval, tx: Transaction, most: int | None = None) -> Sweep:
    named_by = await snapshots.naming(removal.snapshot, removal.began_at, tx)
    return Sweep(removal.snapshot, removal.kind, removal.began_at, named_by, most)
