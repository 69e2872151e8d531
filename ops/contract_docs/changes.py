"""What changed on the wire since a snapshot: a new optional field may, anything else needs a new subject."""

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
OBJECT_KEYS = {"properties", "required", "$defs"}
CHILDREN = ("items", "additionalProperties", "propertyNames")
ALTERNATIVES = ("anyOf", "allOf", "oneOf", "prefixItems")


def changes_since(name: str, kept: Json, now: Json | None) -> list[str]:
    """A sentence for each change that readers or writers of the snapshot would not survive; empty when there is none.

    `now` is empty where nothing of this name travels any more.
    """
    if now is None:
        return [f"{name}: nothing travels on {kept['subject']} any more, but others may still use it."]
    found = [
        f"{name}: its {key} was {kept.get(key)!r} and is {now.get(key)!r}."
        for key in ("subject", "types")
        if kept.get(key) != now.get(key)
    ]
    for part in ("message", "answer"):
        if (part in kept) != (part in now):
            found.append(f"{name}: its {part} was {'removed' if part in kept else 'added'}.")
        elif part in kept:
            compared = _Compared(kept[part], now[part])
            found.extend(f"{name}: {part}{change}." for change in compared.changes())
    return [f"{sentence} Only optional fields may be added; anything else is a new subject." for sentence in found]


class _Compared:
    """Two schemas side by side, each with its own definitions."""

    def __init__(self, kept: Json, now: Json) -> None:
        self._kept = kept
        self._now = now

    def changes(self) -> Iterator[str]:
        return self._compare(self._kept, self._now, "")

    def _compare(self, kept: Json, now: Json, where: str) -> Iterator[str]:
        kept, now = _resolved(kept, self._kept), _resolved(now, self._now)
        yield from self._fields(kept, now, where)
        for key in sorted((kept.keys() | now.keys()) - OBJECT_KEYS):
            yield from self._keyword(key, kept.get(key), now.get(key), where)

    def _fields(self, kept: Json, now: Json, where: str) -> Iterator[str]:
        fields_kept, fields_now = kept.get("properties", {}), now.get("properties", {})
        needed_kept, needed_now = set(kept.get("required", ())), set(now.get("required", ()))
        for field, schema in fields_kept.items():
            path = f"{where}/{field}"
            if field not in fields_now:
                yield f"{path} was removed"
                continue
            if field in needed_now - needed_kept:
                yield f"{path} was optional and is now required"
            if field in needed_kept - needed_now:
                yield f"{path} was always there and is now optional"
            yield from self._compare(schema, fields_now[field], path)
        for field in sorted(fields_now.keys() - fields_kept.keys()):
            if field in needed_now:
                yield f"{where}/{field} is new and required"

    def _keyword(self, key: str, kept: Any, now: Any, where: str) -> Iterator[str]:
        if key in CHILDREN and isinstance(kept, dict) and isinstance(now, dict):
            yield from self._compare(kept, now, f"{where}/*")
        elif key in ALTERNATIVES and kept and now and len(kept) == len(now):
            for one, other in zip(kept, now, strict=True):
                yield from self._compare(one, other, where)
        elif key == "enum" and kept and now and sorted(map(str, kept)) == sorted(map(str, now)):
            return
        elif kept != now:
            yield f"{where or '/'} had {key} {_shown(kept)} and has {_shown(now)}"


def _resolved(schema: Json, root: Json) -> Json:
    """The schema with the definition that it refers to."""
    while "$ref" in schema:
        siblings = {key: value for key, value in schema.items() if key != "$ref"}
        schema = root["$defs"][schema["$ref"].removeprefix("#/$defs/")] | siblings
    return schema


def _shown(value: Any) -> str:
    return "none" if value is None else repr(value)
