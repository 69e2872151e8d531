"""Addresses: an agency's portal, and the read-only views of it, each below a path of its own."""

from re import compile as pattern
from uuid import UUID

VIEW = "/view/{impersonation:uuid}"  # below an agency's portal
OPEN, EXIT = f"{VIEW}/open/{{key}}", f"{VIEW}/exit"
INSIDE = pattern(r"/[^/]+/view/([^/]+)(?:/.*)?")


def lies_in_view(path: str) -> bool:
    """Whether a path is one of a read-only view, be there such a view or not."""
    return INSIDE.fullmatch(path) is not None


def view_in(path: str) -> UUID | None:
    """The impersonation in whose view a path lies."""
    match = INSIDE.fullmatch(path)
    try:
        return UUID(match[1]) if match else None
    except ValueError:
        return None


def root_of(slug: str, view: UUID | None = None) -> str:
    """What every address of an agency's portal, or of a view of it, starts with."""
    return f"/{slug}/view/{view}" if view else f"/{slug}"
