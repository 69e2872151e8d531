"""The independent model of a feed: what must be there in the end, from nothing but what was published."""

import json
from collections import Counter
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
    """What a good event says; `item`: as part of the snapshot, `late`: after that began."""

    key: Key
    version: int
    deleted: bool = False
    item: bool = False
    late: bool = False


@dataclass(frozen=True)
class Clash:
    """Two events with one id, each of an entity of its own: whichever is stored first counts, the other is an alarm."""

    keys: tuple[Key, Key]
    rows: tuple[Row, Row]
    bodies: tuple[bytes, bytes]


@dataclass
class Model:
    """`words` are the good events by id; `copies` is what other services keep of an entity, in its newest version.

    `poison` maps a body to the code that it must be refused with.
    """

    rows: dict[Key, Row] = field(default_factory=dict)
    words: dict[str, Word] = field(default_factory=dict)
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

    def sweep(self, key: Key) -> None:
        """A complete snapshot did not name it: it is gone, and keeps its version."""
        if key in self.rows:
            self.rows[key] = (self.rows[key][0], GONE)


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
