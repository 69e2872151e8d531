"""Tables of the AMS's entities: the newest version of each wins, whatever the order, a whole batch in one statement."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import asyncpg
from pydantic_core import to_json

from contracts import ams

from .bus.feed_events import FeedEvent
from .bus.sweeps import Extent, Sweep
from .database import Transaction
from .ids import new_ids

ENVELOPE = {
    "id": "uuid",
    "ams_id": "text",
    "version": "bigint",
    "deleted": "boolean",
    "stored_at": "timestamptz",
}
RAW = "coalesce(nullif(r.body::jsonb -> 'data', 'null'), '{}')"  # the data as it came, read by the database itself

# what was not named, and not heard of since: the agency, the snapshots that count as naming, the kind, the beginning;
# each is looked up by itself (OFFSET 0): of a snapshot that it has no statistics of yet, the database believes that it
# named next to nothing, and would join by comparing each with all that it did name
GOING = """
t.agency = $1 AND NOT t.deleted AND t.stored_at < $4 AND NOT EXISTS (SELECT FROM snapshot_items i
  WHERE i.agency = $1 AND i.snapshot = ANY($2) AND i.kind = $3 AND i.ams_id = t.ams_id OFFSET 0)
"""

# an entity that comes, or that comes back: not one that a snapshot found there which began before
THERE_SINCE = """
there_since = CASE WHEN t.deleted OR t.stored_at IS NULL THEN excluded.there_since ELSE t.there_since END
"""


@dataclass(frozen=True)
class Entities:
    """The table of one kind: `columns` maps its own columns to their SQL types, beside those of ENVELOPE and `raw`.

    `returning` is what is told of a row that changed, beside `ams_id` and `deleted`; `changes` are SQL expressions for
    columns that do not simply become what the AMS says (`t` is the row that is there, `excluded` the new one).
    """

    kind: str
    table: str
    columns: Mapping[str, str]
    returning: str = "id"
    changes: Mapping[str, str] = field(default_factory=dict)

    def of(self, data: ams.FromAms) -> dict[str, Any]:
        """The columns that are called as in the AMS's data, with their values."""
        return {name: getattr(data, name) for name in self._alike}

    async def keep(
        self, rows: Sequence[tuple[FeedEvent, Mapping[str, Any]]], tx: Transaction, *, mends: bool = False
    ) -> list[asyncpg.Record]:
        """Keeps what is newer than what is there and returns the rows that changed.

        An event of a snapshot `mends`: one of the same version and other contents, or of an entity that a snapshot
        before it had swept, is put right too.
        """
        if not rows:
            return []
        ordered = sorted(rows, key=lambda row: row[0].ams_id)  # two processes lock the same rows in the same order
        ids = new_ids(len(ordered))
        values = to_json(
            [{**values, **_envelope(event), "id": new} for (event, values), new in zip(ordered, ids, strict=True)]
        )
        bodies = [event.body.decode() for event, _ in ordered]
        return await tx.driver.fetch(self._mend if mends else self._keep, values.decode(), tx.agency, bodies)

    async def sweep(self, sweep: Sweep, tx: Transaction) -> list[asyncpg.Record]:
        """Deletes what a complete snapshot did not name and nothing was heard of since it began; returns those rows.

        A swept entity keeps its version, so that no older event brings it back.
        """
        values = (tx.agency, list(sweep.named_by), self.kind, sweep.started_at, sweep.most)
        return await tx.driver.fetch(self._sweep, *values)

    async def measure(self, sweep: Sweep, tx: Transaction) -> Extent:
        """What sweep() would delete, of how many that were there when the snapshot began."""
        values = (tx.agency, list(sweep.named_by), self.kind, sweep.started_at)
        row = await tx.driver.fetchrow(self._measure, *values)
        assert row is not None
        return Extent(**row)

    async def there(self, ams_ids: Sequence[str], tx: Transaction) -> set[str]:
        """Which of these entities of the agency are there, and not deleted."""
        if not ams_ids:
            return set()
        rows = await tx.driver.fetch(self._there, tx.agency, ams_ids)
        return {row["ams_id"] for row in rows}

    @cached_property
    def _alike(self) -> tuple[str, ...]:
        told = ams.ENTITIES[self.kind].model_fields
        return tuple(name for name in self.columns if name in told)

    @cached_property
    def _there(self) -> str:
        return f"SELECT ams_id FROM {self.table} WHERE agency = $1 AND ams_id = ANY($2) AND NOT deleted"

    @cached_property
    def _keep(self) -> str:
        return self._statement("excluded.version > t.version")

    @cached_property
    def _mend(self) -> str:
        return self._statement(
            "excluded.version > t.version"
            " OR excluded.version = t.version AND (excluded.raw <> t.raw OR t.deleted AND NOT excluded.deleted)"
        )

    @cached_property
    def _sweep(self) -> str:
        return (
            f"UPDATE {self.table} t SET deleted = true WHERE t.agency = $1"
            f" AND t.id IN (SELECT t.id FROM {self.table} t WHERE {GOING} LIMIT $5)"
            f" RETURNING ams_id, deleted, {self.returning}"
        )

    @cached_property
    def _measure(self) -> str:
        # what the AMS does not know yet (`stored_at` is empty) is nothing that its snapshot could name; what came late
        # may have been stored before it began though the first that was heard of it was not: that may go, so it counts
        return (
            f"SELECT (SELECT count(*) FROM {self.table} t WHERE {GOING}) AS going,"
            f" (SELECT count(*) FROM {self.table} t WHERE t.agency = $1 AND NOT t.deleted AND t.stored_at IS NOT NULL"
            " AND (t.there_since IS NULL OR t.there_since < $4 OR t.stored_at < $4)) AS there"
        )

    def _statement(self, newer: str) -> str:
        columns = {**ENVELOPE, **self.columns}
        names = ", ".join(columns)
        changes = ", ".join(
            f"{name} = {self.changes.get(name, f'excluded.{name}')}"
            for name in (*columns, "raw")
            if name not in ("id", "ams_id")
        )
        types = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        return (
            f"INSERT INTO {self.table} AS t (agency, {names}, there_since, raw)"
            f" SELECT $2, {', '.join(f'r.{name}' for name in columns)}, r.stored_at, {RAW}"
            f" FROM ROWS FROM (json_to_recordset($1::json) AS ({types}), unnest($3::text[])) AS r({names}, body)"
            f" ON CONFLICT (agency, ams_id) DO UPDATE SET {changes}, {THERE_SINCE} WHERE {newer}"
            f" RETURNING ams_id, deleted, {self.returning}"
        )


def newest(events: Iterable[FeedEvent]) -> dict[str, dict[str, FeedEvent]]:
    """By kind, the newest event of each entity by its id: one statement cannot change a row twice."""
    found: dict[str, dict[str, FeedEvent]] = defaultdict(dict)
    for event in events:
        known = found[event.kind].get(event.ams_id)
        if known is None or event.order > known.order:
            found[event.kind][event.ams_id] = event
    return found


def _envelope(event: FeedEvent) -> dict[str, Any]:
    return {
        "ams_id": event.ams_id,
        "version": event.version,
        "deleted": event.deleted,
        "stored_at": event.stored_at,
    }
