"""Wire snapshots: the JSON schema of everything that travels, one file a message, so that a change shows."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from contracts import ams
from contracts.kinds import Request
from contracts.portal_events import PORTAL_EVENTS
from contracts.principal import HEADER, Principal
from contracts.streams import messages

Json = dict[str, Any]
FOLDER = Path("tests/contracts/schemas")


def snapshots() -> dict[str, Json]:
    """What travels today, by file name: subject, CloudEvents types where it has them, schemas of message and answer."""
    found: dict[str, Json] = {}
    for message in messages():
        found[message.subject] = _snapshot(message.subject, message)
        if issubclass(message, Request):
            found[message.subject]["answer"] = schema(message.answer_type())
    found["ams.envelope"] = _snapshot("ams.<agency>.<kind>", ams.CloudEvent)
    for model in (*ams.ENTITIES.values(), *ams.SIGNALS.values()):
        types = [name for name in ams.TYPES if ams.model_of(name) is model]
        alone = len({ams.model_of(name) for name, (kind, _) in ams.TYPES.items() if kind == model.kind}) == 1
        name = f"ams.{model.kind}" if alone else types[0].removesuffix(".v1")
        found[name] = _snapshot(f"ams.<agency>.{model.kind}", model) | {"types": types}
    for event in PORTAL_EVENTS:
        name = f"portal.{event.what}"
        found[name] = _snapshot(f"portal.<agency>.{event.what}", event) | {"types": [event.type_name()]}
    found["header.principal"] = _snapshot(HEADER, Principal)
    return found


def schema(model: type[BaseModel]) -> Json:
    """A model's JSON schema without its words: titles and descriptions may change."""
    return _without_words(model.model_json_schema(mode="validation"))


def read_snapshots(folder: Path) -> dict[str, Json]:
    """The snapshots that are written down, by file name."""
    return {path.stem: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}


def write_snapshot(folder: Path, name: str, snapshot: Json | None) -> None:
    """Writes a snapshot, or removes it where there is none any more."""
    path = folder / f"{name}.json"
    if snapshot is None:
        path.unlink()
        return
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(snapshot, indent=2, sort_keys=True) + "\n")


def _snapshot(subject: str, model: type[BaseModel]) -> Json:
    return {"subject": subject, "message": schema(model)}


def _without_words(part: Mapping[str, Any]) -> Json:
    plain: Json = {}
    for key, value in part.items():
        if key in ("title", "description"):
            continue
        if key in ("properties", "$defs"):  # below these, keys are names
            plain[key] = {name: _without_words(child) for name, child in value.items()}
        elif isinstance(value, dict) and key != "default":
            plain[key] = _without_words(value)
        elif key in ("anyOf", "allOf", "oneOf", "prefixItems"):
            plain[key] = [_without_words(child) for child in value]
        else:
            plain[key] = value
    return plain
