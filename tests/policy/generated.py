"""A generated feed with repeats, disorder and poison, and an independent model of what it must come to."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests import stack

from .conftest import SLUG, day

DUPLICATES, DISORDER, POISON = 0.20, 0.20, 0.005
NAMES = ("Quillfeather Mutual", "Redwood Mutual", "Bright Harbor")


@dataclass
class Feed:
    """`messages` are subject and body in the order of publishing; `rows` what the tables must hold in the end.

    `rows` maps kind and AMS's id to version and a telling value (None: deleted); `poisoned` are ids of events that can
    never be applied.
    """

    messages: list[tuple[str, bytes]] = field(default_factory=list)
    rows: dict[tuple[str, str], tuple[int, str | None]] = field(default_factory=dict)
    poisoned: set[str] = field(default_factory=set)


def generate(number: int, seed: int) -> Feed:
    """A feed of about `number` events."""
    chance = random.Random(seed)
    feed = Feed()
    versions: dict[tuple[str, str], int] = {}
    while len(feed.messages) < number:
        kind = chance.choice(("policy", "policy", "policy", "receipt", "carrier", "certificate-holder"))
        ams_id = f"{kind[0].upper()}-{chance.randrange(number // 8)}"
        version = versions[kind, ams_id] = versions.get((kind, ams_id), 0) + chance.randint(1, 3)
        deleted = chance.random() < 0.05
        telling, data = _entity(kind, version, chance)
        body = stack.cloud_event(kind, ams_id, version, None if deleted else data)
        if chance.random() < POISON:
            feed.poisoned.add(json.loads(body)["id"])
            body = chance.choice(tuple(_poison(body)))
        else:
            feed.rows[kind, ams_id] = (version, None if deleted else telling)
        feed.messages.append((f"ams.{SLUG}.{kind}", body))
        if chance.random() < DUPLICATES:
            feed.messages.append(feed.messages[chance.randrange(max(0, len(feed.messages) - 400), len(feed.messages))])
    for place in range(len(feed.messages)):
        if chance.random() < DISORDER:
            other = min(len(feed.messages) - 1, place + chance.randrange(1, 300))
            feed.messages[place], feed.messages[other] = feed.messages[other], feed.messages[place]
    return feed


def _entity(kind: str, version: int, chance: random.Random) -> tuple[str, dict[str, Any]]:
    account = f"A{chance.randrange(50)}"
    match kind:
        case "policy":
            number = f"PA-{version}-{chance.randrange(1000)}"
            span = {"effective": day(-chance.randrange(400)), "expiration": day(chance.randrange(400))}
            return number, {"account": account, "carrier": "C-1", "number": number, "line": "AUTOP", **span} | {
                "status": chance.choice(("Active", "Cancelled", "Mystery"))
            }
        case "receipt":
            amount = f"{chance.randrange(100_000) / 100:.2f}"
            return amount, {"account": account, "number": str(version), "received_on": day(-3), "amount": amount}
        case "carrier":
            name = f"{chance.choice(NAMES)} {version}"
            return name, {"name": name}
        case _:
            name = f"Holder {version} {chance.randrange(1000)}"
            return name, {"account": account, "name": name}


def _poison(body: bytes) -> Iterator[bytes]:
    yield body[: len(body) // 2]
    yield body.replace(b'"1.0"', b'"0.9"')
    yield body.replace(b'"subject"', b'"sujet"')
    yield json.dumps({**json.loads(body), "data": {"amount": "much"}, "type": "ams.receipt.upserted.v9"}).encode()
