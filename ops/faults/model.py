"""The independent model of a feed: what must be there in the end, from nothing but what was published."""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple

# columns that must say what the data says, beside all of it in `raw`
TOLD = {
    "policy": {"account_ams_id": "account", "carrier_ams_id": "carrier", "number": "number", "effective": "effective"},
    "receipt": {"account_ams_id": "account", "amount": "amount"},
    "contact": {"account_ams_id": "account", "last_name": "last_name", "email": "email"},
    "certificate-holder": {"account_ams_id": "account", "name": "name"},
    "account": {"name": "name", "number": "number"},
    "carrier": {"name": "name"},
    "certificate": {"account_ams_id": "account", "holder_ams_id": "holder", "number": "number"},
    "certificate-master": {"account_ams_id": "account", "name": "name"},
    "document": {"account_ams_id": "account", "title": "title"},
}
Key = tuple[str, str]  # kind, the AMS's id
Row = tuple[int, bytes]  # version, and a digest of its contents: empty for what is deleted
Facts = dict[str, str | None]
GONE = b""
IN_SNAPSHOT = ("account", "carrier")  # kinds that the snapshot names


class Word(NamedTuple):
    """What a good event says; `snapshot`: as part of that one, `began`: how many snapshots had begun before it."""

    key: Key
    version: int
    deleted: bool = False
    snapshot: str = ""
    began: int = 0


class Signal(NamedTuple):
    """That a snapshot begins, the `began`th of them, or that it has ended: then with how many of each kind it named."""

    snapshot: str
    began: int
    counts: dict[str, int] | None


@dataclass(frozen=True)
class Clash:
    """Two events with one id, each of an entity of its own: whichever is stored first counts, the other is an alarm."""

    keys: tuple[Key, Key]
    rows: tuple[Row, Row]
    bodies: tuple[bytes, bytes]


@dataclass
class Model:
    """`words` are the good events by id, `signals` those that say where snapshots begin and end.

    `copies` is what other services keep of an entity, in its newest version.

    `poison` maps a body to the code that it must be refused with.
    """

    rows: dict[Key, Row] = field(default_factory=dict)
    words: dict[str, Word] = field(default_factory=dict)
    signals: dict[str, Signal] = field(default_factory=dict)
    copies: dict[Key, Facts] = field(default_factory=dict)
    poison: dict[bytes, str] = field(default_factory=dict)
    clashes: list[Clash] = field(default_factory=list)
    published: Counter[bytes] = field(default_factory=Counter)  # of what is refused: how often

    def hear(self, event: str, word: Word, data: dict[str, Any] | None) -> None:
        """A good event: the newest version of each entity counts, whatever the order."""
        self.words[event] = word
        known = self.rows.get(word.key)
        if known is None or word.version >= known[0]:
            self.rows[word.key] = (word.version, digest(word.key[0], data))
            self.copy(word.key, data)

    def copy(self, key: Key, data: dict[str, Any] | None) -> None:
        """Notes what others are told of an entity."""
        if data is not None and key[0] in COPIED:
            self.copies[key] = COPIED[key[0]](data)

    def living(self) -> dict[str, set[Key]]:
        """By kind, what is there and not deleted; of two entities that share a reused id one, whichever it is."""
        found: dict[str, set[Key]] = defaultdict(set)
        for key, row in self.rows.items():
            if row[1] != GONE:
                found[key[0]].add(key)
        for clash in self.clashes:
            found[clash.keys[0][0]].add(clash.keys[0])
        return found

    def sweep(self, key: Key) -> None:
        """A complete snapshot did not name it: it is gone, and keeps its version."""
        if key in self.rows:
            self.rows[key] = (self.rows[key][0], GONE)


def is_held_back(going: int, there: int) -> bool:
    """Whether the agency is asked first: from twenty on, if it is more than every second one; from five on, if all."""
    return (going >= 20 and going + going > there) or (going >= 5 and going == there)


def _of_account(data: dict[str, Any]) -> Facts:
    return {name: data.get(name, "") for name in ("name", "street", "city", "state", "postal_code")}


def _of_policy(data: dict[str, Any]) -> Facts:
    cancelled = data["status"] == "Cancelled"
    return {
        "account_ams_id": data["account"],
        "void_on": data.get("cancellation_on", data["effective"]) if cancelled else None,
    }


COPIED = {"account": _of_account, "policy": _of_policy}


def digest(kind: str, data: dict[str, Any] | None) -> bytes:
    """Of the data as it is published."""
    if data is None:
        return GONE
    return digest_of(data, {column: data[name] for column, name in TOLD[kind].items()})


def digest_of(raw: dict[str, Any], told: dict[str, Any]) -> bytes:
    """Of a row's contents."""
    return sha256(json.dumps([raw, told], sort_keys=True).encode()).digest()[:12]
