"""A batch of the AMS's feed while a service applies it: kept by kind, with the snapshots that its events belong to."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import asyncpg

from . import late_events, telemetry
from .bus import outcomes, snapshots
from .bus.feed_events import FeedEvent
from .bus.sweeps import Sweep, Sweeper, Sweeping
from .database import Transaction
from .entities import Entities, newest

RowOf = Callable[[FeedEvent], Mapping[str, Any]]
Tell = Callable[[Transaction, Sequence[asyncpg.Record]], object]


class Batch:
    """Events of one agency: begin(), keep() for each kind, end()."""

    def __init__(self, events: Sequence[FeedEvent], kinds: Sequence[Entities], tx: Transaction) -> None:
        self.events = events  # those that are to be applied, once it has begun
        self._all = events
        self._newest: dict[str, dict[str, FeedEvent]] = {}
        self._kinds = kinds
        self._tx = tx
        self._mended: Counter[str] = Counter()
        self._changed: dict[str, set[str]] = {entities.kind: set() for entities in kinds}

    async def begin(self) -> None:
        """Holds the snapshots that the batch names, and leaves out what comes too late."""
        await snapshots.hold(self._all, self._tx)
        self.events = await late_events.without_gone(self._all, self._kinds, self._tx)
        self._newest = newest(self.events)

    async def keep(self, entities: Entities, row_of: RowOf) -> list[asyncpg.Record]:
        """Keeps the newest event of each entity of a kind; returns the rows that changed.

        What `row_of` raises for an event that no column can take goes through.
        """
        rows = [(event, row_of(event)) for event in self._newest.get(entities.kind, {}).values()]
        if not rows:
            return []
        live = await entities.keep([row for row in rows if not row[0].snapshot], self._tx)
        mended = await entities.keep([row for row in rows if row[0].snapshot], self._tx, mends=True)
        self._mended[f"{entities.kind} mended"] += len(mended)
        self._changed[entities.kind] |= {row["ams_id"] for row in (*live, *mended)}
        return [*live, *mended]

    @property
    def changed(self) -> bool:
        """Whether anything of it was new."""
        return any(self._changed.values())

    def applied(self, event: FeedEvent) -> bool:
        """Whether it became the newest of its entity; a signal, which is of no entity, is always applied."""
        if event.kind not in self._changed:
            return True
        return event.ams_id in self._changed[event.kind] and self._newest[event.kind][event.ams_id] is event

    async def end(self, process: str, sweeping: Sweeping) -> None:
        """Sweeps after a snapshot that is complete now, and counts what became of the events."""
        await snapshots.note(self._all, sweeping, self._mended, self._tx)
        superseded = await outcomes.note(self._all, self.applied, self._tx)
        telemetry.MESSAGES.labels(f"{process}-ams", "superseded").inc(superseded)


def sweeper(entities: Entities, tell: Tell | None = None) -> Sweeper:
    """Sweeps a kind after a complete snapshot; `tell` is called with the rows that are gone."""

    async def sweep(complete: Sweep, tx: Transaction) -> int:
        rows = await entities.sweep(complete, tx)
        if tell is not None:
            tell(tx, rows)
        return len(rows)

    return Sweeper(entities.measure, sweep)
