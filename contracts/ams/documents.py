"""Documents in the agency's files, as the AMS tells of them; their bytes never travel in events."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from .values import FromAms, Id, OptionalId, Short, State

MAX_CONTENT_BYTES = 64 << 20
Category = Literal[
    "dec-page", "policy", "endorsement", "form", "id-card", "certificate", "bill", "notice", "letter", "other"
]


class Document(FromAms):
    """A document of an account; its content follows by PUT and has to be of this `size` and `sha256` (in hex).

    `policy` is the AMS's id of the policy that it belongs to, if to one, and `effective` to `expiration` the time that
    it is about; `dated_on` is the day on it. Only what is `visible` is for the insured. On the carrier's ID cards
    `vehicles` are the ids of the vehicles on that policy, and `state` is the state whose card it is.
    """

    kind: ClassVar[str] = "document"
    account: Id
    title: Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
    size: Annotated[int, Field(ge=1, le=MAX_CONTENT_BYTES)]
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{64}$")]
    policy: OptionalId = ""
    category: Category = "other"
    file_name: Annotated[str, StringConstraints(max_length=120, strip_whitespace=True)] = ""
    content_type: Literal["application/pdf"] = "application/pdf"
    pages: Annotated[int, Field(ge=1, le=10_000)] | None = None
    visible: bool = False
    dated_on: date | None = None
    effective: date | None = None
    expiration: date | None = None
    form: Short = ""
    edition: Short = ""
    carrier: OptionalId = ""
    vehicles: Annotated[list[Id], Field(max_length=500)] = Field(default_factory=list)
    state: State = ""
