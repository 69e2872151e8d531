"""Every route that the gateway serves, taken from its OpenAPI document and its table of pages, with what it needs."""

import inspect
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from starlette.routing import BaseRoute, Route

from gateway.api.application import describe
from gateway.door import Door

PAGES = Path(__file__).parents[2] / "gateway"
NOT_DESCRIBED = {"/api/openapi.json", "/api/asyncapi.json"}  # the descriptions themselves
# what ends the session that asks
ENDINGS = (
    "DELETE /api/v1/session",
    "DELETE /api/v1/sessions",
    "POST /{agency}/activity/sessions/end-others",
    "POST /{agency}/sign-out",
    "POST /{agency}/console/sign-out",
    "DELETE /api/v1/{agency}/sign-in-methods/sessions",
    "POST /{agency}/console/sign-in-methods/sessions/end-others",
    "POST /{agency}/view/{impersonation:uuid}/exit",
)
SHOWN = re.compile(r"<(?:input|select|button|textarea)\b[^>]*?\bname=\"([a-z_-]+)\"")
READ = re.compile(r"\b(?:form|form\(\)|fields|query|query_params)(?:\.get\(|\[)\"([a-z_]+)\"")


@dataclass(frozen=True)
class Served:
    """A route: its method and path template, the names in its path, and the fields that its body may have.

    `fields` are dotted names ("agent.name") with their JSON type; a page's may be in its form or in its query. `media`
    is the body's type, empty without one.
    """

    method: str
    path: str
    names: tuple[str, ...]
    fields: tuple[tuple[str, str], ...] = ()
    media: str = ""

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_api(self) -> bool:
        return self.path.startswith("/api/")

    @property
    def writes(self) -> bool:
        return self.method not in ("GET", "HEAD")


def served(door: Door) -> list[Served]:
    """Every route, those of the JSON API first."""
    document = describe(door._api)
    described = list(_described(document))
    paths = {route.path for route in described} | NOT_DESCRIBED
    for route in door._api.routes:
        assert getattr(route, "path", "") in paths, f"{route} is served and not described in the OpenAPI document"
    pages = [page for route in door._pages for page in _pages(route)]
    # development's mailbox shows everybody's mail to everybody, and is not there where none is named
    return described + [page for page in pages if not page.path.startswith("/dev/")]


def _described(document: dict[str, Any]) -> Iterator[Served]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {})
            media = next(iter(content), "")
            fields = tuple(_fields(content[media]["schema"], document)) if media else ()
            yield Served(method.upper(), path, tuple(re.findall(r"{(\w+)}", path)), fields, media)


def _fields(schema: dict[str, Any], document: dict[str, Any], inside: str = "") -> Iterator[tuple[str, str]]:
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        yield from _fields(document["components"]["schemas"][name], document, inside)
        return
    for choice in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield from _fields(choice, document, inside)
    for name, of_field in schema.get("properties", {}).items():
        deeper = list(_fields(of_field, document, f"{inside}{name}."))
        if deeper:
            yield from deeper
        else:
            yield f"{inside}{name}", of_field.get("type", "")


def _pages(route: BaseRoute) -> Iterator[Served]:
    assert isinstance(route, Route), f"{route!r} is no plain route: the matrix cannot ask for it"
    for method in sorted(route.methods or {"GET"}):
        if method == "HEAD":
            continue
        fields = tuple((name, "string") for name in _read_by(route))
        media = "application/x-www-form-urlencoded" if method == "POST" else ""
        yield Served(method, route.path, tuple(route.param_convertors), fields, media)


def _read_by(route: Route) -> Iterator[str]:
    """The fields that the code of the page's module names: a form with those of all pages is refused as too long."""
    view = getattr(route.endpoint, "_view", route.endpoint)
    source = inspect.getsource(sys.modules[view.__module__])
    for name in page_fields():
        if f'"{name}"' in source:
            yield name


@cache
def page_fields() -> tuple[str, ...]:
    """Every name that a form shows or that a page's code reads from a form or a query."""
    shown = {name for path in PAGES.rglob("*.html") for name in SHOWN.findall(path.read_text())}
    read = {name for path in PAGES.rglob("*.py") for name in READ.findall(path.read_text())}
    return tuple(sorted((shown | read) - {"csrf"}))
