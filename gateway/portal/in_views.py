"""The portal's pages once more, below the path of a read-only view."""

from collections.abc import Iterable

from starlette.routing import Route

from gateway.addresses import EXIT, OPEN, VIEW
from gateway.parts import Parts

from . import view
from .route import View, page

# how a person comes in, goes, or chooses, which staff do not do in an insured's place; and what is the portal's alone
LEFT_OUT = ("/sign-in", "/set-password", "/sign-out", "/accounts", "/language", "/brand.css")


def in_views(parts: Parts, table: Iterable[tuple[str, str, View]]) -> list[Route]:
    """The routes of views: opening and leaving one, and every page of the table that only shows something."""
    own = [
        page(parts, "GET", OPEN, view.ask),
        page(parts, "POST", OPEN, view.open_one),
        page(parts, "POST", EXIT, view.leave),
        page(parts, "GET", f"{VIEW}/over", view.over),
        page(parts, "GET", f"{VIEW}/language", view.switch_language),
    ]
    shown = [
        page(parts, "GET", VIEW + path, show) for method, path, show in table if method == "GET" and not _left_out(path)
    ]
    return [*own, *shown]


def _left_out(path: str) -> bool:
    return any(path == one or path.startswith(f"{one}/") for one in LEFT_OUT)
