"""Sweeps: what a complete snapshot did not name of a kind, counted or deleted."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from contracts.held_removals import CarryOut
from contracts.portal_events import SnapshotHeld
from kit.database import Transaction

AT_ONCE = 2000  # entities that one transaction removes: the feed of the agency goes on between two of them


@dataclass(frozen=True)
class Sweep:
    """After a complete snapshot: entities of `kind` that it did not name, and that are older than its start, go.

    `named_by` are the snapshots whose naming keeps an entity: itself, and those that began later. At most `most` go,
    where that is said.
    """

    snapshot: str
    kind: str
    started_at: datetime
    named_by: tuple[str, ...]
    most: int | None = None


@dataclass(frozen=True)
class Extent:
    """How many would go, of how many that were there when the snapshot began, and have been ever since."""

    going: int
    there: int


@dataclass(frozen=True)
class Sweeper:
    """Of one kind: `measure` counts what would go, `sweep` deletes it, tells of it, and returns how many."""

    measure: Callable[[Sweep, Transaction], Awaitable[Extent]]
    sweep: Callable[[Sweep, Transaction], Awaitable[int]]


@dataclass(frozen=True)
class Sweeping:
    """How a service sweeps after a complete snapshot: its kinds, in the order in which everybody locks their rows.

    `tell_held` tells the agency where too much would go, and so was not done; what is more than AT_ONCE goes in parts,
    by the service's own job `carry_out`.
    """

    kinds: Mapping[str, Sweeper]
    tell_held: Callable[[SnapshotHeld, Transaction], Awaitable[None]]
    carry_out: type[CarryOut]
