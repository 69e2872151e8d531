"""Pages of lists: where one begins, told to its reader as a cursor, which may come back as anything."""

import base64
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

LOOKED_AT = 50  # characters of a text by which a list is ordered: its cursor has to fit into an address


def cursor_after(kind: str, place: Sequence[object]) -> str:
    """The cursor of the page that follows the row with this place in a list of that kind (its order).

    What is added or taken away meanwhile shifts nothing: no row comes twice and none is left out.
    """
    told = json.dumps([kind, *map(str, place)], ensure_ascii=False)
    return base64.urlsafe_b64encode(told.encode()).decode()


def place_of(cursor: str, kind: str, parts: Sequence[Callable[[str], Any]]) -> tuple[Any, ...] | None:
    """The place after which the page of a cursor begins, each part read by its function.

    None for the first page, and for a cursor that is none or is of a list in another order.
    """
    if not cursor:
        return None
    try:
        told, *place = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        if told != kind or len(place) != len(parts):
            return None
        return tuple(read(_storable(part)) for read, part in zip(parts, place, strict=True))
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None


def beginning(expression: str) -> str:
    """SQL: as much of a text as a list is ordered by."""
    return f"left({expression}, {LOOKED_AT})"


def rank(text: str) -> int:
    """A small number by which a list begins; raises ValueError for another."""
    if len(text) != 1:
        raise ValueError(text)
    return int(text)


def ordinal(text: str) -> int:
    """A place in a list that the database counts in; raises ValueError for what is none."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValueError(text)
    return int(text)


def moment(text: str) -> datetime:
    """A moment in UTC; raises ValueError, or OverflowError for one that no calendar has."""
    return datetime.fromisoformat(text).astimezone(UTC)


def _storable(part: Any) -> str:
    """The part, if it is a text that the database can compare with."""
    if not isinstance(part, str) or "\0" in part:
        raise ValueError("not a text")
    part.encode()  # half a character is an error here, and not in the middle of a query
    return part
