"""Made-up values that fit a JSON schema: what a stranger would send who has read our documents."""

from collections.abc import Mapping
from re import sub
from typing import Any
from uuid import UUID

Known = Mapping[str, Any]
FORMATS = {"uuid": str(UUID(int=7)), "date-time": "2026-01-01T00:00:00Z", "date": "2026-01-01"}


def path(template: str, known: Known) -> str:
    """A path with its parameters filled in; one that is not known gets an id of nothing."""
    return sub(r"{(\w+)(?::\w+)?}", lambda found: str(known.get(found[1], UUID(int=7))), template)


def message(kind: type[Any], known: Known) -> Any:
    """The body of a message, as JSON values."""
    schema = kind.model_json_schema()
    return value(schema, schema, known)


def value(schema: Mapping[str, Any], document: Mapping[str, Any], known: Known, name: str = "") -> Any:
    """A value for a schema of the document; a field gets what is `known` under its name, else something that fits."""
    schema = _resolved(schema, document)
    if name in known:
        return str(known[name])
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    if schema.get("type") == "object":
        wanted = {*schema.get("required", ()), *known}
        fields = schema.get("properties", {}).items()
        return {field: value(each, document, known, field) for field, each in fields if field in wanted}
    if schema.get("type") == "array":
        return [value(schema["items"], document, known) for _ in range(schema.get("minItems", 0))]
    return _plain(schema, name)


def _resolved(schema: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in schema or "anyOf" in schema or "oneOf" in schema:
        if "$ref" in schema:
            target: Any = document
            for part in schema["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            schema = target
        else:
            schema = schema.get("anyOf", schema.get("oneOf"))[0]
    return schema


def _plain(schema: Mapping[str, Any], name: str) -> Any:
    kind = schema.get("type")
    if kind == "string" and "email" in name:
        return "pat.rivera@example.com"
    if kind == "string":
        return FORMATS.get(schema.get("format", ""), "12345678"[: schema.get("maxLength", 8)])
    return {"boolean": True, "integer": schema.get("minimum", 1), "number": schema.get("minimum", 1)}.get(str(kind))
