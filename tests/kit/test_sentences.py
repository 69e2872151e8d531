"""What is wrong with a message is said so that whoever wrote it can mend it."""

from typing import Annotated

import pytest
from pydantic import BaseModel, Field, SecretStr, ValidationError

from kit.bus.sentences import first_problem


class Letter(BaseModel):
    """Texts and a list with the lengths that they may have."""

    name: str = Field(default="Jo", min_length=1)
    reason: str = Field(default="Asked", min_length=3, max_length=9)
    secret: SecretStr = Field(default=SecretStr("x"), min_length=1, max_length=9)
    lines: Annotated[list[int], Field(min_length=1, max_length=2)] = [1]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": ""}, "This must not be empty."),
        ({"reason": "x"}, "This is too short: 3 characters are the least."),
        ({"reason": "x" * 10}, "This is too long: 9 characters are the most."),
        ({"secret": ""}, "This must not be empty."),
        ({"secret": "x" * 10}, "This is too long: 9 characters are the most."),
        ({"lines": []}, "This list must not be empty."),
        ({"lines": [1, 2, 3]}, "This list is too long: 2 entries are the most."),
    ],
)
def test_a_length_is_told_as_what_it_counts(given: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        Letter.model_validate(given)
    assert first_problem(wrong.value)[1] == said
