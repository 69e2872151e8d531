"""A generated feed: repeats, disorder, poison, reused ids, deletions, a snapshot amid live events, and a poor one."""

import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from contracts import ams

from .entities import KINDS, event, made_up
from .model import IN_SNAPSHOT, Clash, Key, Model, Signal, Word, digest, is_held_back
from .poison import poisoned

REPEATED, DISORDERED, POISONED, REUSED, DELETED = 0.20, 0.20, 0.005, 0.001, 0.05
WINDOW = 1000  # events within which the order is lost
SNAPSHOT, POOR = "the-snapshot", "the-poor-one"
GOING, ONLY_THERE = 20, 20  # entities that no snapshot names, and entities that only the snapshot names
STAYING = 60  # entities that it names and nobody else speaks of again: what goes is never most of a kind
NAMED = {"account": 0.55}  # the share that the poor snapshot names: of a million events it goes in parts, not at once
ENOUGH = 30  # entities of a kind: the poor snapshot would take too much of it by naming none

Said = tuple[str, bytes]  # kind and body


@dataclass
class Feed:
    """About `number` events of an agency; `model` is complete once every section has been taken to its end."""

    number: int
    seed: int
    kinds: tuple[str, ...] = tuple(KINDS)
    model: Model = field(default_factory=Model)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311 - no secret
        self._ids = 0
        self._late = 0  # snapshots that have begun
        self._known: dict[Key, tuple[int, dict[str, Any] | None]] = {}  # what the agency's system itself holds
        self._weights = [KINDS[kind][0] for kind in self.kinds]
        self._snapshot_kinds = tuple(kind for kind in IN_SNAPSHOT if kind in self.kinds)

    def sections(self) -> Iterator[Iterator[Said]]:
        """Parts of the feed; what is in one is applied before the next is published."""
        yield self._disordered(self._repeated(self._first_half()))
        yield self._begin(SNAPSHOT)
        yield self._disordered(self._repeated(self._second_half()))
        yield self._begin(POOR)
        yield self._disordered(self._repeated(self._poor_snapshot()))

    def _first_half(self) -> Iterator[Said]:
        for kind in self._snapshot_kinds:
            for number in range(GOING):
                yield self._say((kind, f"{kind}-going-{number}"), 1, self._made_up(kind, 1))
            for number in range(STAYING):
                yield self._say((kind, f"{kind}-staying-{number}"), 1, self._made_up(kind, 1))
        yield from self._live(self.number // 2)

    def _second_half(self) -> Iterator[Said]:
        items = self._snapshot_items()
        count = len(items)
        live = self._live(max(count + 1, self.number - self.number // 2))
        at_once = {kind: sum(key[0] == kind for key, _, _ in items) for kind in self._snapshot_kinds}
        every = max(1, self.number // 2 // (count + 1))
        for place, said in enumerate(live):
            yield said
            if place == count // 2 * every:
                yield self._signal("ended", SNAPSHOT, {"counts": at_once})  # long before its last item
            if place % every == 0 and items:
                yield self._item(SNAPSHOT, *items.pop())
        while items:
            yield self._item(SNAPSHOT, *items.pop())

    def _poor_snapshot(self) -> Iterator[Said]:
        """An export of which much is missing: a part of some kinds, and nothing of all others that have enough."""
        there = self.model.living()
        counts = {kind: 0 for kind in self.kinds if len(there.get(kind, ())) >= ENOUGH}
        items: list[tuple[Key, int, dict[str, Any]]] = []
        for kind in self._snapshot_kinds:
            known = [(key, *self._known[key]) for key in self._known if key[0] == kind]
            held = [(key, version, data) for key, version, data in known if data is not None]
            share = NAMED.get(kind) or self._chance.choice((0.1, 0.4, 0.7))
            named = self._chance.sample(held, int(len(held) * share))
            items += named
            counts[kind] = len(named)
        for item in items:
            yield self._item(POOR, *item)
        yield self._signal("ended", POOR, {"counts": counts})
        for kind in counts:
            going = there[kind] - {key for key, _, _ in items}
            if not is_held_back(len(going), len(there[kind])):
                for key in going:
                    self.model.sweep(key)

    def _live(self, number: int) -> Iterator[Said]:
        for _ in range(int(number / (1 + REPEATED))):
            kind = self._chance.choices(self.kinds, self._weights)[0]
            if self._chance.random() < REUSED and kind not in IN_SNAPSHOT:  # it would not know which of the two to name
                yield from self._reused(kind)
                continue
            key = (kind, f"{kind}-{self._chance.randrange(self._many(kind))}")
            version = self._known.get(key, (0, None))[0] + self._chance.randint(1, 3)
            data = None if self._chance.random() < DELETED else self._made_up(kind, version)
            if self._chance.random() < POISONED:
                yield self._poison(key, version, data)
            else:
                yield self._say(key, version, data)

    def _say(self, key: Key, version: int, data: dict[str, Any] | None) -> Said:
        self._known[key] = (version, data)
        new = self._new_id()
        self.model.hear(new, Word(key, version, deleted=data is None, began=self._late), data)
        return key[0], self._body(event(*key, version, data, new))

    def _poison(self, key: Key, version: int, data: dict[str, Any] | None) -> Said:
        self._known[key] = (version, data)  # the agency's system believes that it has said it
        kind, body, code = poisoned(key[0], event(*key, version, data, self._new_id()), self._chance)
        self.model.poison[body] = code
        self.model.published[body] = 0
        return kind, body

    def _reused(self, kind: str) -> Iterator[Said]:
        reused = self._new_id()
        keys = ((kind, f"{kind}-one-{reused}"), (kind, f"{kind}-other-{reused}"))
        told = [self._made_up(kind, 1) for _ in keys]
        bodies = [self._body(event(*key, 1, data, reused)) for key, data in zip(keys, told, strict=True)]
        rows = [(1, digest(kind, data)) for data in told]
        self.model.clashes.append(Clash(keys, (rows[0], rows[1]), (bodies[0], bodies[1])))
        self.model.words[reused] = Word((kind, reused), 1, began=self._late)  # one of the two
        for key, data in zip(keys, told, strict=True):
            self.model.copy(key, data)
        self.model.published.update(dict.fromkeys(bodies, 0))
        for body in bodies:
            yield kind, body

    def _snapshot_items(self) -> list[tuple[Key, int, dict[str, Any]]]:
        """What the agency's system holds when the snapshot begins; our rows of anything else are to go."""
        for kind in self._snapshot_kinds:
            for number in range(GOING):
                self._known[kind, f"{kind}-going-{number}"] = (2, None)  # deleted, and its event was lost
            for number in range(ONLY_THERE):
                self._known[kind, f"{kind}-unheard-{number}"] = (1, self._made_up(kind, 1))
        held = {key: known for key, known in self._known.items() if key[0] in self._snapshot_kinds}
        for key, (_, data) in held.items():
            if data is None:
                self.model.sweep(key)
        return [(key, version, data) for key, (version, data) in held.items() if data is not None]

    def _begin(self, snapshot: str) -> Iterator[Said]:
        self._late += 1
        yield self._signal("started", snapshot, {})

    def _item(self, snapshot: str, key: Key, version: int, data: dict[str, Any]) -> Said:
        new = self._new_id()
        self.model.hear(new, Word(key, version, snapshot=snapshot, began=self._late), data)
        return key[0], self._body({**event(*key, version, data, new), "snapshot": snapshot})

    def _signal(self, what: str, snapshot: str, data: dict[str, Any]) -> Said:
        new = self._new_id()
        kind = ams.SNAPSHOT
        self.model.signals[new] = Signal(snapshot, began=self._late, counts=data.get("counts"))
        return kind, self._body(event(kind, snapshot, 1, data, new) | {"type": f"ams.snapshot.{what}.v1"})

    def _repeated(self, said: Iterable[Said]) -> Iterator[Said]:
        recent: list[Said] = []
        for one in said:
            recent.append(one)
            yield one
            if self._chance.random() < REPEATED:
                yield self._chance.choice(recent)
            del recent[:-WINDOW]

    def _disordered(self, said: Iterable[Said]) -> Iterator[Said]:
        late: list[Said] = []
        for one in said:
            if self._chance.random() < DISORDERED:
                late.append(one)
            else:
                yield self._counted(one)
            if late and (len(late) > WINDOW * DISORDERED or self._chance.random() < DISORDERED / 2):
                yield self._counted(late.pop(self._chance.randrange(len(late))))
        self._chance.shuffle(late)
        for one in late:
            yield self._counted(one)

    def _counted(self, said: Said) -> Said:
        if said[1] in self.model.published:
            self.model.published[said[1]] += 1
        return said

    def _many(self, kind: str) -> int:
        return max(5, int(KINDS[kind][1] * self.number))

    def _made_up(self, kind: str, version: int) -> dict[str, Any]:
        return made_up(kind, version, self._many("account"), self._chance)

    def _new_id(self) -> str:
        self._ids += 1
        return f"e-{self.seed}-{self._ids}"

    @staticmethod
    def _body(envelope: dict[str, Any]) -> bytes:
        return json.dumps(envelope).encode()
