"""Texts that no database takes are refused in everything that identity is asked: none becomes a mistake of ours."""

import importlib
import inspect
from collections.abc import Iterator
from typing import Annotated, Any, get_args

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

import contracts.identity
from contracts.identity.sign_in import StartSignIn
from contracts.kinds import BadRequest, Request

from .conftest import SLUG, Identity

NUL = "a\0b@example.com"
# what identity only hashes, seals, compares, decodes or hands on, and never gives to the database as it is
NOT_KEPT = frozenset(
    (
        *(
            "access_token",
            "body",
            "carried",
            "client_id",
            "client_secret",
            "code",
            "credential",
            "current",
            "cursor",
            "entry",
        ),
        *("error", "issuer", "key", "password", "replaces", "secret", "sign_in", "state", "token", "version"),
    )
)


def asked() -> list[type[Request[Any]]]:
    """Everything that identity answers."""
    modules = [importlib.import_module(f"contracts.identity.{name}") for name in contracts.identity.SPEAKING]
    found = {
        one
        for module in modules
        for _, one in inspect.getmembers(module, inspect.isclass)
        if issubclass(one, Request) and one.owner == "identity"
    }
    return sorted(found, key=lambda one: one.__name__)


def texts(model: type[BaseModel], where: str = "") -> Iterator[tuple[str, str, Any]]:
    """Every field of a message that may be a text, also inside of others: its place, its name and its type."""
    for name, field in model.model_fields.items():
        if inspect.isclass(field.annotation) and issubclass(field.annotation, BaseModel):
            yield from texts(field.annotation, f"{where}{name}.")
            continue
        inner = [one for one in get_args(field.annotation) if inspect.isclass(one) and issubclass(one, BaseModel)]
        for one in inner:
            yield from texts(one, f"{where}{name}.")
        if not inner:
            yield (
                f"{where}{name}",
                name,
                Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation,
            )


def takes(kind: Any, value: str) -> bool:
    try:
        return value in str(TypeAdapter(kind).validate_python(value))
    except ValidationError:
        return False


def test_a_nul_is_taken_nowhere() -> None:
    found = [
        f"{request.__name__}.{where}"
        for request in asked()
        for where, name, kind in texts(request)
        if name not in NOT_KEPT and takes(kind, NUL)
    ]
    assert len(asked()) > 90 and found == []


async def test_who_types_one_is_told_so(identity: Identity) -> None:
    with pytest.raises(BadRequest):
        await identity.asker.ask(StartSignIn.model_construct(agency=SLUG, email=NUL))
