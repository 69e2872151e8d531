"""Pages of lists: where one begins, told to its reader as a cursor."""

import base64
import binascii

FARTHEST = 100_000


def cursor_to(offset: int) -> str:
    """The cursor of the page that begins there."""
    return base64.urlsafe_b64encode(str(offset).encode()).decode()


def offset_of(cursor: str) -> int:
    """Where the page of a cursor begins; the first page for what is none."""
    if not cursor:
        return 0
    try:
        return min(FARTHEST, max(0, int(base64.urlsafe_b64decode(cursor.encode()))))
    except (binascii.Error, ValueError):
        return 0
