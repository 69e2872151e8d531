"""Pages of lists: where one begins, told to its reader as a cursor."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Any

FARTHEST = 100_000


def cursor_after(kind: str, place: Sequence[object]) -> str:
    """The cursor of the page that follows the row with this place in a list of that kind (its order).

    What is added or taken away meanwhile shifts nothing: no row comes twice and none is left out.
    """
    return base64.urlsafe_b64encode(json.dumps([kind, *map(str, place)]).encode()).decode()


def place_of(cursor: str, kind: str, parts: Sequence[Callable[[str], Any]]) -> tuple[Any, ...] | None:
    """The place after which the page of a cursor begins, each part read by its function.

    None for the first page, and for a cursor that is none or is of a list in another order.
    """
    if not cursor:
        return None
    try:
        told, *place = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        if told != kind or len(place) != len(parts) or any("\0" in part for part in place):
            return None
        return tuple(read(part) for read, part in zip(parts, place, strict=True))
    except (binascii.Error, ValueError, TypeError, RecursionError):
        return None


def cursor_to(offset: int) -> str:
    """The cursor of the page that begins there, in a list that is short."""
    return base64.urlsafe_b64encode(str(offset).encode()).decode()


def offset_of(cursor: str) -> int:
    """Where the page of a cursor begins; the first page for what is none."""
    if not cursor:
        return 0
    try:
        return min(FARTHEST, max(0, int(base64.urlsafe_b64decode(cursor.encode()))))
    except (binascii.Error, ValueError):
        return 0
