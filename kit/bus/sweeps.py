"""Sweeps: what a complete snapshot did not name of a kind, counted or deleted."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from kit.database import Transaction


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
    """How many would go, of how many that were there when the snapshot began."""

    going: int
    there: int


@dataclass(frozen=True)
class Sweeper:
    """Of one kind: `measure` counts what would go, `sweep` deletes it, tells of it, and returns how many."""

    measure: Callable[[Sweep, Transaction], Awaitable[Extent]]
    sweep: Callable[[Sweep, Transaction], Awaitable[int]]
