"""Changing the keys of a deployment without a failed request: announced, used, and the old ones forgotten.

Processes are restarted one after another, so at any time some have the keys of the step before. Hence three steps: a
key is accepted everywhere before anybody uses it, and used everywhere before its forerunner goes.
"""

import json
import secrets
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any

from ops.problem import Problem
from ops.secrets import change_secrets

FORGOTTEN = ("identity/code-key", "gateway/csrf-key")  # what they made is over within twelve hours
KEPT = ("identity/sealing-key", "policy/sealing-key")  # what it sealed rests in the database
LISTED = (*FORGOTTEN, *KEPT)


class Step(StrEnum):
    """A step of a rotation; each is followed by a restart of the processes that it names."""

    ANNOUNCE = "announce"
    USE = "use"
    FORGET = "forget"


AFTER: dict[Step, str] = {
    Step.ANNOUNCE: "restart every process, then `use`",
    Step.USE: "restart identity, policy and gateway; after 12 hours `forget`",
    Step.FORGET: "restart every process",
}


def take(step: Step, folder: Path) -> str:
    """Takes the step in the folder's secrets; returns what is to be done then. Raises Problem out of order."""

    def change(found: dict[str, Any]) -> None:
        now = Step(found.get("rotation", Step.FORGET))
        wanted = {Step.FORGET: Step.ANNOUNCE, Step.ANNOUNCE: Step.USE, Step.USE: Step.FORGET}[now]
        if step is not wanted:
            raise Problem(f"The next step is `{wanted}`, not `{step}`.")
        STEPS[step](found)
        found["rotation"] = step.value

    change_secrets(folder, change)
    return AFTER[step]


def rotate(folder: Path) -> None:
    """All steps at once, for processes that are started together: the old keys are good until the next time."""

    def change(found: dict[str, Any]) -> None:
        now = Step(found.get("rotation", Step.FORGET))
        if now is Step.USE:
            _forget(found)
        if now is not Step.ANNOUNCE:
            _announce(found)
        _use(found)
        found["rotation"] = Step.USE.value

    change_secrets(folder, change)


def _announce(found: dict[str, Any]) -> None:
    from kit.principal import generate_key, public_set  # noqa: PLC0415 - slow to load

    key = generate_key(kid=secrets.token_hex(8))
    found["next_signing_key"] = key.as_dict(private=True)
    found["public_keys"]["keys"] += json.loads(public_set(key))["keys"]
    generations = found.setdefault("generations", {})
    for name in LISTED:
        live = generations.get(name, [1])
        generations[name] = [*live, max(live) + 1]


def _use(found: dict[str, Any]) -> None:
    found["signing_key"] = found.pop("next_signing_key")
    generations = found["generations"]
    for name in LISTED:
        *live, newest = generations[name]
        generations[name] = [newest, *live]


def _forget(found: dict[str, Any]) -> None:
    *old, newest = found["public_keys"]["keys"]
    found["public_keys"]["keys"] = [newest]
    found["retired_keys"] = [*found.get("retired_keys", []), *old]
    for name in FORGOTTEN:
        found["generations"][name] = found["generations"][name][:1]


STEPS: dict[Step, Callable[[dict[str, Any]], None]] = {
    Step.ANNOUNCE: _announce,
    Step.USE: _use,
    Step.FORGET: _forget,
}
