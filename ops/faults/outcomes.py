"""What a service says became of the events that it heard, against what the model makes of the same ones.

Which events a service has put together is up to it, and an event that is overtaken within its batch is superseded. So
the model takes them in the order and in the batches in which the service's inbox has them, and counts by itself.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

import asyncpg

from contracts import ams
from contracts.streams import feed_durable

from .found import Found
from .model import IN_SNAPSHOT, Key, Model, Word

HEARD = """
SELECT substr(message_id, $2) AS event, heard_at, xmin::text AS batch FROM inbox
WHERE consumer = $1 AND message_id LIKE $3 ORDER BY heard_at, batch
"""
HOURS = """
SELECT f.kind, sum(f.applied)::bigint AS applied, sum(f.superseded)::bigint AS superseded
FROM feed_hours f JOIN agencies a ON a.id = f.agency WHERE a.slug = $1 GROUP BY f.kind
"""
RUNS = """
SELECT e.key AS what, sum(e.value::int)::bigint AS number
FROM snapshots s JOIN agencies a ON a.id = s.agency, jsonb_each_text(s.found) e WHERE a.slug = $1 GROUP BY e.key
"""


BEFORE = Word(("", ""), -1)


@dataclass
class Tally:
    """What becomes of events, heard batch by batch, of these kinds."""

    model: Model
    kinds: tuple[str, ...]
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._newest: dict[Key, Word] = {}
        of_snapshot = {event: word for event, word in self.model.words.items() if self._is_of_snapshot(word)}
        self._to_come = set(of_snapshot)
        self._named = {word.key for word in of_snapshot.values() if word.item}

    def hear(self, events: Sequence[str]) -> None:
        """A batch: the newest word of each entity counts, where it is newer than what was heard before."""
        words = [self.model.words[event] for event in events if event in self.model.words]
        newest: dict[Key, Word] = {}
        for word in words:
            if word.key[0] != ams.SNAPSHOT:
                self.counts[f"{word.key[0]} superseded"] += 1
                newest[word.key] = max(newest.get(word.key, word), word, key=_order)
        for word in newest.values():
            if word.version > self._newest.get(word.key, BEFORE).version:
                self._apply(word)
        if self._to_come:
            self._to_come.difference_update(events)
            if not self._to_come:
                self._sweep()

    def _apply(self, word: Word) -> None:
        self._newest[word.key] = word
        self.counts[f"{word.key[0]} applied"] += 1
        self.counts[f"{word.key[0]} superseded"] -= 1
        self.counts[f"{word.key[0]} mended"] += word.item

    def _sweep(self) -> None:
        """The snapshot is complete: what it did not name, and nothing was heard of since it began, is gone."""
        for key, word in self._newest.items():
            swept = key[0] in IN_SNAPSHOT and key not in self._named
            self.counts[f"{key[0]} gone"] += swept and not word.late and not word.deleted

    def _is_of_snapshot(self, word: Word) -> bool:
        return word.key[0] == ams.SNAPSHOT or (word.item and word.key[0] in self.kinds)


def _order(word: Word) -> tuple[int, bool]:
    return word.version, word.item  # of one version, what a snapshot says mends


async def compare_outcomes(
    service: str, slug: str, database: "asyncpg.Connection[Any]", model: Model, found: Found
) -> None:
    """What the service heard, once each, and what it says of it to those who look after the feed."""
    kinds = ams.HEARD_BY[service]
    prefix = f"{slug}:/made-up:"
    rows = await database.fetch(HEARD, feed_durable(service), len(prefix) + 1, f"{prefix}%")
    heard = [row["event"] for row in rows]
    found.counts[f"heard by {service}"] += len(heard)
    wanted = {event for event, word in model.words.items() if word.key[0] in kinds}
    for event in wanted.symmetric_difference(heard):
        found.differ("heard", f"{service}: {event} {model.words.get(event)}")
    tally = Tally(model, kinds)
    for _, batch in groupby(rows, key=itemgetter("heard_at", "batch")):
        tally.hear([row["event"] for row in batch])
    told = {
        f"{row['kind']} {outcome}": row[outcome]
        for row in await database.fetch(HOURS, slug)
        for outcome in ("applied", "superseded")
    }
    told |= {row["what"]: row["number"] for row in await database.fetch(RUNS, slug)}
    for what in sorted(told.keys() | tally.counts.keys()):
        found.counts[what] += tally.counts[what]
        found.same(f"counted as {what.split()[-1]}", f"{what}: {told.get(what, 0)}", f"{what}: {tally.counts[what]}")
