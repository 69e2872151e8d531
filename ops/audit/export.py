"""An agency's activity as lines of JSON that anybody can check without the portal, and the way back."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from contracts.identity.activities import Chain, Link
from ops.problem import Problem

from .chain import body_of
from .heads import Keys
from .source import Source

FORMAT = "portico-activity-1"
PART = 500  # entries that are checked at once


async def export(source: Source, slug: str) -> AsyncIterator[str]:
    """The lines: what it is, then entries and the signed heads of them in the chain's order."""
    first = True
    async for part in source.parts(slug):
        if first:
            yield _line(
                format=FORMAT,
                slug=slug,
                agency=str(part.agency),
                number=part.number,
                hash=part.hash,
                at=datetime.now(UTC).isoformat(timespec="seconds"),
                keys=source.keys.jwks,
            )
            first = False
        for link in part.links:
            yield _line(entry=body_of(link), previous=link.previous, hash=link.hash)
        for signature in part.signed:
            yield _line(signature=signature)


def read_export(file: Path) -> tuple[str, Keys, Iterator[Chain]]:
    """The short name, the keys that the file itself names, and the chain part by part; raises Problem."""
    try:
        lines = file.read_text().splitlines()
        first = json.loads(lines[0])
        if first["format"] != FORMAT:
            raise ValueError(first["format"])
        return str(first["slug"]), Keys(dict(first["keys"])), _parts(file, first, lines[1:])
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise Problem(f"{file} is no export of activity: {error or type(error).__name__}.") from None


def _parts(file: Path, first: dict[str, Any], lines: list[str]) -> Iterator[Chain]:
    facts = {name: first[name] for name in ("agency", "number", "hash")}
    read = [_read(file, number, line) for number, line in enumerate(lines, 2) if line.strip()]
    yield Chain(**facts, links=[], signed=[one for one in read if isinstance(one, str)])
    links = [one for one in read if isinstance(one, Link)]
    for begin in range(0, len(links), PART):
        yield Chain(**facts, links=links[begin : begin + PART], signed=[])


def _read(file: Path, number: int, line: str) -> Link | str:
    try:
        found = json.loads(line)
        if "signature" in found:
            return str(found["signature"])
        return Link(**found["entry"], previous=found["previous"], hash=found["hash"])
    except (ValueError, TypeError, LookupError, ValidationError):
        raise Problem(f"Line {number} of {file} cannot be read: it was changed, or the file is cut off.") from None


def _line(**values: Any) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))
