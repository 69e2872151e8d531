"""Texts as anybody may type them into a request: all that a database takes, whether or not it means anything."""

from typing import Annotated

from pydantic import AfterValidator, Field


def _without_nul(text: str) -> str:
    return text.replace("\0", "")


Typed = Annotated[str, Field(pattern=r"^[^\x00]*$")]
AgencySlug = Annotated[Typed, Field(max_length=40)]  # an agency's short name, or what somebody takes for one
Noted = Annotated[str, AfterValidator(_without_nul)]  # what a person has not typed, and is not refused for
