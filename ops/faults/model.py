"""The independent model of a feed: what must be there in the end, from nothing but what was published."""

import json
from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

# columns that must say what the data says, beside all of it in `raw`
TOLD = {
    "policy": {"account_ams_id": "account", "carrier_ams_id": "carrier", "number": "number", "effective": "effective"},
    "receipt": {"account_ams_id": "account", "amount": "amount"},
    "contact": {"account_ams_id": "account", "last_name": "last_name", "email": "email"},
    "certificate-holder": {"account_ams_id": "account", "name": "name"},
    "account": {"name": "name", "number": "number"},
    "carrier": {"name": "name"},
}
Key = tuple[str, str]  # kind, the AMS's id
Row = tuple[int, bytes]  # version, and a digest of its contents: empty for what is deleted
GONE = b""


@dataclass(frozen=True)
class Clash:
    """Two events with one id, each of an entity of its own: whichever is stored first counts, the other is an alarm."""

    keys: tuple[Key, Key]
    rows: tuple[Row, Row]
    bodies: tuple[bytes, bytes]


@dataclass
class Model:
    """`heard` counts good events by kind, each once; `poison` maps a body to the code that it must be refused with."""

    rows: dict[Key, Row] = field(default_factory=dict)
    heard: Counter[str] = field(default_factory=Counter)
    poison: dict[bytes, str] = field(default_factory=dict)
    clashes: list[Clash] = field(default_factory=list)
    published: Counter[bytes] = field(default_factory=Counter)  # of what is refused: how often

    def hear(self, key: Key, version: int, data: dict[str, Any] | None) -> None:
        """A good event: the newest version of each entity counts, whatever the order."""
        self.heard[key[0]] += 1
        known = self.rows.get(key)
        if known is None or version >= known[0]:
            self.rows[key] = (version, digest(key[0], data))

    def sweep(self, key: Key) -> None:
        """A complete snapshot did not name it: it is gone, and keeps its version."""
        if key in self.rows:
            self.rows[key] = (self.rows[key][0], GONE)


def digest(kind: str, data: dict[str, Any] | None) -> bytes:
    """Of the data as it is published."""
    if data is None:
        return GONE
    return digest_of(data, {column: data[name] for column, name in TOLD[kind].items()})


def digest_of(raw: dict[str, Any], told: dict[str, Any]) -> bytes:
    """Of a row's contents."""
    return sha256(json.dumps([raw, told], sort_keys=True).encode()).digest()[:12]
