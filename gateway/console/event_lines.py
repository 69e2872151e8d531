"""An event's JSON as lines on a page, with the place marked that a JSON pointer names."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

DEEPEST = 40
STEP = "  "


@dataclass(frozen=True)
class Line:
    """A line of text; `marked` where the pointer leads to it, or to something that it lacks."""

    text: str
    marked: bool = False


def lines_of(body: str, pointer: str) -> list[Line]:
    """The body in lines, indented; as it came where it is no JSON."""
    try:
        found = json.loads(body)
        path = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
        return list(_lines(found, "", "", "", _closest(found, path) if pointer else None))
    except (ValueError, RecursionError):
        return [Line(text) for text in body.splitlines()] or [Line("")]


def indented(body: str) -> str:
    """The body as people edit it."""
    return "\n".join(line.text for line in lines_of(body, ""))


def _closest(found: Any, path: list[str]) -> list[str]:
    """The path as far as it leads: where something is missing, to what lacks it."""
    for depth, name in enumerate(path):
        if isinstance(found, dict) and name in found:
            found = found[name]
        elif isinstance(found, list) and name.isdecimal() and int(name) < len(found):
            found = found[int(name)]
        else:
            return path[:depth]
    return path


def _lines(value: Any, before: str, after: str, indent: str, path: list[str] | None) -> Iterator[Line]:
    if len(indent) > DEEPEST * len(STEP):
        raise RecursionError
    here = path == []
    if not isinstance(value, dict | list) or not value:
        yield Line(f"{indent}{before}{_json(value)}{after}", here)
        return
    opening, closing = ("{", "}") if isinstance(value, dict) else ("[", "]")
    yield Line(f"{indent}{before}{opening}", here)
    members = list(value.items()) if isinstance(value, dict) else [(str(i), each) for i, each in enumerate(value)]
    for number, (name, member) in enumerate(members):
        label = f"{_json(name)}: " if isinstance(value, dict) else ""
        inner = path[1:] if path and path[0] == name else None
        yield from _lines(member, label, "," if number < len(members) - 1 else "", indent + STEP, inner)
    yield Line(f"{indent}{closing}{after}")


def _json(value: Any) -> str:
    """As it reads, or in escapes where it holds half a character, which no page can carry."""
    text = json.dumps(value, ensure_ascii=False)
    return text if text.isascii() or text == text.encode(errors="replace").decode() else json.dumps(value)
