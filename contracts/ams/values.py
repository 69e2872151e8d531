"""Values that the AMS's events are made of."""

from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Id = Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)]
Short = Annotated[str, StringConstraints(max_length=120, strip_whitespace=True)]
State = Annotated[str, StringConstraints(pattern=r"^([A-Z]{2})?$")]
Long = Annotated[str, StringConstraints(max_length=8000, strip_whitespace=True)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=20, strip_whitespace=True)]
HttpsUrl = Annotated[str, StringConstraints(pattern=r"^(https://[^\s<>\"]{1,400})?$")]


class FromAms(BaseModel):
    """Data of an AMS event: fields that we do not know are kept, not refused.

    Lists are empty by a factory: a default of `[]` is copied at great cost for each thing in each event.
    """

    model_config = ConfigDict(frozen=True, extra="allow", defer_build=True)
    kind: ClassVar[str] = ""


Money = Annotated[Decimal, Field(max_digits=14, decimal_places=2)]
Percent = Annotated[Decimal, Field(max_digits=7, decimal_places=4)]
OptionalId = Annotated[str, StringConstraints(max_length=80, strip_whitespace=True)]


class Amount(FromAms):
    """A limit or a deductible with the wording of its basis ("each accident")."""

    basis: Short = ""
    amount: Annotated[Decimal, Field(max_digits=14, decimal_places=2, ge=0)]
