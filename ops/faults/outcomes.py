"""What a service says became of the events that it heard, against what the model makes of the same ones.

Which events a service has put together is up to it, and an event that is overtaken within its batch is superseded. So
the model takes them in the order and in the batches in which the service's inbox has them, and counts by itself.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

import asyncpg

from contracts import ams
from contracts.streams import feed_durable

from .found import Found
from .model import Key, Model, Word, is_held_back

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
HELD = """
SELECT h.snapshot, h.kind, h.going, h.there FROM held_removals h JOIN agencies a ON a.id = h.agency
WHERE a.slug = $1 AND h.state = 'held'
"""


BEFORE = Word(("", ""), -1)


@dataclass
class Tally:
    """What becomes of events, heard batch by batch, of these kinds; `held` is what is held back in the end."""

    model: Model
    kinds: tuple[str, ...]
    counts: Counter[str] = field(default_factory=Counter)
    held: set[tuple[str, str, int, int]] = field(default_factory=set)  # snapshot, kind, going, there

    def __post_init__(self) -> None:
        self._newest: dict[Key, Word] = {}
        self._to_come: dict[str, set[str]] = defaultdict(set)
        self._named: dict[str, set[Key]] = defaultdict(set)
        self._there: dict[str, set[Key]] = {}  # when a snapshot began, and ever since
        for event, word in self.model.words.items():
            if word.snapshot and word.key[0] in self.kinds:
                self._to_come[word.snapshot].add(event)
                self._named[word.snapshot].add(word.key)
        for event, signal in self.model.signals.items():
            self._to_come[signal.snapshot].add(event)

    def hear(self, events: Sequence[str]) -> None:
        """A batch: the newest word of each entity counts, where it is newer than what was heard before."""
        newest: dict[Key, Word] = {}
        for word in (self.model.words[event] for event in events if event in self.model.words):
            self.counts[f"{word.key[0]} superseded"] += 1
            newest[word.key] = max(newest.get(word.key, word), word, key=_order)
        for signal in (self.model.signals[event] for event in events if event in self.model.signals):
            if signal.counts is None:  # what was said before it is heard by now
                self._there[signal.snapshot] = self._living()
        for word in newest.values():
            if word.version > self._newest.get(word.key, BEFORE).version:
                self._apply(word)
        for snapshot in [snapshot for snapshot, left in self._to_come.items() if left & set(events)]:
            self._to_come[snapshot].difference_update(events)
            if not self._to_come[snapshot]:
                self._sweep(snapshot)

    def _apply(self, word: Word) -> None:
        self._newest[word.key] = word
        self.counts[f"{word.key[0]} applied"] += 1
        self.counts[f"{word.key[0]} superseded"] -= 1
        self.counts[f"{word.key[0]} mended"] += bool(word.snapshot)
        if word.deleted:
            for there in self._there.values():
                there.discard(word.key)

    def _living(self) -> set[Key]:
        return {key for key, word in self._newest.items() if not word.deleted}

    def _sweep(self, snapshot: str) -> None:
        """It is complete: what it did not name, and nothing was heard of since it began, is gone, or held back."""
        signals = [signal for signal in self.model.signals.values() if signal.snapshot == snapshot]
        for kind in {kind for signal in signals for kind in signal.counts or ()} & set(self.kinds):
            there = {key for key in self._there[snapshot] if key[0] == kind}
            going = {key for key in there if self._newest[key].began < signals[0].began} - self._named[snapshot]
            if is_held_back(len(going), len(there)):
                self.held.add((snapshot, kind, len(going), len(there)))
                continue
            self.counts[f"{kind} gone"] += len(going)
            for key in going:
                self._newest[key] = self._newest[key]._replace(deleted=True)


def _order(word: Word) -> tuple[int, bool]:
    return word.version, bool(word.snapshot)  # of one version, what a snapshot says mends


async def compare_outcomes(
    service: str, slug: str, database: "asyncpg.Connection[Any]", model: Model, found: Found
) -> None:
    """What the service heard, once each, and what it says of it to those who look after the feed."""
    kinds = ams.HEARD_BY[service]
    prefix = f"{slug}:/made-up:"
    rows = await database.fetch(HEARD, feed_durable(service), len(prefix) + 1, f"{prefix}%")
    heard = [row["event"] for row in rows]
    found.counts[f"heard by {service}"] += len(heard)
    wanted = {event for event, word in model.words.items() if word.key[0] in kinds} | model.signals.keys()
    for event in wanted.symmetric_difference(heard):
        found.differ("heard", f"{service}: {event} {model.words.get(event) or model.signals.get(event)}")
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
    held = {tuple(row.values()) for row in await database.fetch(HELD, slug)}
    found.counts["held back"] += len(tally.held)
    found.same(f"held back by {service}", sorted(held), sorted(tally.held))
