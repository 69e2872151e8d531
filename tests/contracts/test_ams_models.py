"""Models of the feed: what is one thing is written down once."""

from collections.abc import Iterator
from itertools import combinations

from contracts.ams.values import FromAms

A_WHOLE_ADDRESS_WITH_A_NAME = 6  # fields


def models(of: type[FromAms] = FromAms) -> Iterator[type[FromAms]]:
    for model in of.__subclasses__():
        if model.__module__.startswith("contracts."):
            yield model
        yield from models(model)


def shared(one: type[FromAms], other: type[FromAms]) -> list[str]:
    """Fields of both that are alike to the last letter, and that neither has from a model they have in common."""
    parents = [model for model in one.__mro__ if issubclass(other, model)]
    common = {name for model in parents for name in vars(model).get("__annotations__", {})}
    return [
        name
        for name, field in one.model_fields.items()
        if name not in common and name in other.model_fields and repr(field) == repr(other.model_fields[name])
    ]


def test_no_two_models_repeat_each_other() -> None:
    found = {
        (one.__name__, other.__name__): shared(one, other)
        for one, other in combinations(dict.fromkeys(models()), 2)
        if not issubclass(other, one)
    }
    assert {pair: names for pair, names in found.items() if len(names) >= A_WHOLE_ADDRESS_WITH_A_NAME} == {}
