"""Finding a route by its words: always the one that the table has first, read from its top to its end."""

from itertools import product

import pytest
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route

from gateway import table
from gateway.table import Table

ID = "0198a000-0000-7000-8000-000000000001"
PATHS = (
    *("/", "/{agency}/", "/{agency}/sign-in", "/{agency}/policies", "/{agency}/policies/{policy:uuid}", "/demo/{tab}"),
    *("/{agency}/policies/new", "/assets/{version}/{name:path}", "/{agency}/a/b/c/d/{one}", "/{agency}/a/b/c/d/e"),
    *("/{rest:path}", "/dev/mailbox", "/dev/mailbox.json", "/{agency}/view/{view:uuid}/policies/{policy:uuid}"),
)
WORDS = ("", "demo", "policies", "sign-in", "assets", "dev", "mailbox", "new", ID, "{}", "a", "v1", "%2f")


async def answer(_: object) -> Response:
    return Response()


def from_the_top(routes: list[BaseRoute], scope: dict[str, object]) -> tuple[BaseRoute | None, set[str]]:
    """The oracle."""
    allowed: set[str] = set()
    for route in routes:
        match, _ = route.matches(scope)
        if match is Match.FULL:
            return route, allowed
        if match is Match.PARTIAL:
            allowed |= getattr(route, "methods", None) or set()
    return None, allowed


def scope_of(path: str, method: str) -> dict[str, object]:
    return {"type": "http", "method": method, "path": path, "headers": [], "root_path": ""}


@pytest.mark.parametrize("rest", [True, False], ids=["with-the-rest", "without"])
def test_it_finds_what_the_first_match_would_be(rest) -> None:
    routes: list[BaseRoute] = [
        Route(path, answer, methods=[method])
        for path, method in product(PATHS, ("GET", "POST"))
        if rest or path != "/{rest:path}"
    ]
    found = Table(routes)
    paths = ["/" + "/".join(words) for count in range(1, 4) for words in product(WORDS, repeat=count)]
    paths += ["/demo/a/b/c/d/e", "/demo/a/b/c/d/x", f"/demo/view/{ID}/policies/{ID}", "/" * 50, "/x" * 5000, "", "demo"]
    for path, method in product(paths, ("GET", "DELETE")):
        scope = scope_of(path, method)
        assert found.find(scope) == from_the_top(routes, scope_of(path, method)), path
        assert ("route" in scope) == (from_the_top(routes, scope_of(path, method))[0] is not None)


def test_what_it_remembers_is_bounded(monkeypatch) -> None:
    monkeypatch.setattr(table, "MOST", 5)
    found = Table([Route(f"/{word}/{{x}}", answer) for word in "abcdefghij"])
    for word in "abcdefghij":
        assert found.find(scope_of(f"/{word}/1", "GET"))[0] is not None
    assert len(found._known) == 5
