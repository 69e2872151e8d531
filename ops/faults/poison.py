"""Events that can never be applied, each with the code that it must be refused with."""

import json
import random
from typing import Any

from .entities import NEEDED


def poisoned(kind: str, envelope: dict[str, Any], chance: random.Random) -> tuple[str, bytes, str]:
    """A kind to publish on, a body made of the event, and the code of its refusal."""
    data = envelope["data"] or {}
    body = json.dumps(envelope).encode()
    ways: list[tuple[str, bytes, str]] = [
        (kind, body[: len(body) * 3 // 4], "not_json"),
        (kind, _with(envelope, specversion="0.9"), "envelope"),
        (kind, _with(envelope, type=f"ams.{kind}.upserted.v9"), "unknown_type"),
        (kind, _with(envelope, sequence=None), "no_order"),
        (kind, _with(envelope, sequence="seven"), "envelope"),
        (kind, _with(envelope, subject=""), "envelope"),
        ("carrier" if kind != "carrier" else "policy", body, "wrong_subject"),
        ("boat", body, "unknown_kind"),
    ]
    if data:
        ways += [
            (kind, _with(envelope, data={**data, NEEDED[kind]: []}), "schema"),
            (kind, _with(envelope, data={**data, "note": "\0"}), "nul"),
        ]
    return chance.choice(ways)


def _with(envelope: dict[str, Any], **changes: Any) -> bytes:
    return json.dumps({**envelope, **changes}).encode()
