"""Held removals as an agency decides about them: listed with what they would take now, carried out, or forgotten."""

import asyncio
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

from .bus import brake, snapshots, sweeps
from .bus.call import Call
from .bus.sweeps import Sweep, Sweeping
from .database import REMEMBERED, Transaction

TURN = asyncio.Lock()  # of a process's removals one goes on: each has a connection while it waits for its agency's feed
COLUMNS = "SELECT id, snapshot, kind, began_at, held_at, state, going, there, removed FROM held_removals"
KNOWN = f"agency = $1 AND held_at > now() - {REMEMBERED}"
LISTED = f"{COLUMNS} WHERE {KNOWN} AND {brake.OPEN} ORDER BY held_at, kind"
ONE = f"{COLUMNS} WHERE {KNOWN} AND id = $2 FOR UPDATE"
DECIDED = "UPDATE held_removals SET state = $2 WHERE id = $1"
REMOVED = "UPDATE held_removals SET removed = removed + $2, state = $3 WHERE id = $1"
SWEPT = """
UPDATE snapshots SET swept = array_append(swept, $3::text) WHERE agency = $1 AND id = $2 AND $3::text <> ALL (swept)
"""


async def listed(sweeping: Sweeping, tx: Transaction) -> HeldRemovals:
    """What waits for a decision and would still remove something, and what is being removed."""
    rows = await tx.driver.fetch(LISTED, tx.agency)
    items = [await _now(HeldRemoval(**row), sweeping, tx) for row in rows]
    return HeldRemovals(items=[item for item in items if item.going or item.state == "removing"])


async def decide(wanted: DecideHeld, sweeping: Sweeping, tx: Transaction) -> tuple[HeldRemoval, bool]:
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
        return await _now(removal, sweeping, tx), False
    now = await _now(removal, sweeping, tx)
    state: HeldState = "removing" if wanted.remove else "kept"
    await tx.driver.execute(DECIDED, removal.id, state)
    if not wanted.remove:
        await snapshots.add_found(removal.snapshot, {f"{removal.kind} kept": now.going}, tx)
    await brake.forget_items(tx)
    return now.model_copy(update={"state": state}), True


async def carry_out(job: CarryOut, sweeping: Sweeping, call: Call) -> None:
    """Removes sweeps.AT_ONCE of what is still to go, and leaves the rest to the same job once more.

    So none lasts long, whoever stops meanwhile; one that comes twice takes another part, and in the end nothing.
    """
    async with TURN, call.transaction(job.agency) as tx:
        if await _carry_on(job.held, sweeping, tx):
            tx.enqueue(job)


async def _carry_on(held: UUID, sweeping: Sweeping, tx: Transaction) -> bool:
    await snapshots.lock_feed(tx)
    removal = await _one(held, tx)
    if removal is None or removal.state != "removing":
        return False  # done, or overtaken by a newer snapshot
    await tx.driver.execute(SWEPT, tx.agency, removal.snapshot, removal.kind)
    gone = await sweeping.kinds[removal.kind].sweep(await _sweep(removal, tx, sweeps.AT_ONCE), tx)
    await snapshots.add_found(removal.snapshot, {f"{removal.kind} gone": gone}, tx)
    more = gone == sweeps.AT_ONCE
    await tx.driver.execute(REMOVED, held, gone, "removing" if more else "removed")
    if not more:
        await brake.forget_items(tx)
    return more


async def _one(held: UUID, tx: Transaction) -> HeldRemoval | None:
    row = await tx.driver.fetchrow(ONE, tx.agency, held)
    return None if row is None else HeldRemoval(**row)


async def _now(removal: HeldRemoval, sweeping: Sweeping, tx: Transaction) -> HeldRemoval:
    """With what it would remove now, if it still would."""
    if removal.state not in ("held", "removing"):
        return removal
    extent = await sweeping.kinds[removal.kind].measure(await _sweep(removal, tx), tx)
    return removal.model_copy(update={"going": extent.going})


async def _sweep(removal: HeldRemoval, tx: Transaction, most: int | None = None) -> Sweep:
    named_by = await snapshots.naming(removal.snapshot, removal.began_at, tx)
    return Sweep(removal.snapshot, removal.kind, removal.began_at, named_by, most)
