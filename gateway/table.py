"""The table of routes, looked into by the words of an address and not from its top to its end."""

from collections.abc import Iterator, Sequence
from re import findall

from starlette.routing import BaseRoute, Match
from starlette.types import Scope

WORDS = 4  # of an address: enough to leave a handful of routes
MOST = 4096  # answers that are remembered
ANY = "{}"


class Table:
    """Routes in the order in which they count; the first that matches answers."""

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self._shapes = [(route, _shape(getattr(route, "path", "{rest:path}"))) for route in routes]
        self._words = {word for _, shape in self._shapes if shape for word in shape}
        self._longest = max((len(shape) for _, shape in self._shapes if shape), default=0)
        self._known: dict[tuple[int, tuple[str, ...]], list[BaseRoute]] = {}

    def __iter__(self) -> Iterator[BaseRoute]:
        return (route for route, _ in self._shapes)

    def find(self, scope: Scope) -> tuple[BaseRoute | None, set[str]]:
        """The route of a request, noted in its scope; without one the methods that its address is for."""
        allowed: set[str] = set()
        for route in self._candidates(scope["path"]):
            match, child = route.matches(scope)
            if match is Match.FULL:
                scope.update(child)
                scope["route"] = route
                return route, allowed
            if match is Match.PARTIAL:
                allowed |= getattr(route, "methods", None) or set()
        return None, allowed

    def _candidates(self, path: str) -> list[BaseRoute]:
        """The routes that have as many words as the address, and the same where theirs are fixed."""
        words = path.split("/", self._longest)
        key = len(words), tuple(word if word in self._words else ANY for word in words[:WORDS])
        found = self._known.get(key)
        if found is None:
            found = [route for route, shape in self._shapes if shape is None or _fits(shape, *key)]
            if len(self._known) < MOST:
                self._known[key] = found
        return found


def _shape(path: str) -> tuple[str, ...] | None:
    """The words of a route's path, with ANY where one is open; nothing where it may have any number of them."""
    if any(kind == "path" for kind in findall(r"{\w+:(\w+)}", path)):
        return None
    return tuple(ANY if "{" in word else word for word in path.split("/"))


def _fits(shape: tuple[str, ...], count: int, words: tuple[str, ...]) -> bool:
    return len(shape) == count and all(ours in (ANY, theirs) for ours, theirs in zip(shape, words, strict=False))
