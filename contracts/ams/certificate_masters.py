"""Masters of certificates: what the agency has approved for further holders, as the AMS tells it."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from .certificates import CertifiedLine
from .values import FromAms, Id, Long, Short


class CertificateMaster(FromAms):
    """What a certificate for a further holder may say without asking the agency again.

    Limits and dates are not in it: they are those of the policies on the day on which it is made out. The form, the
    flags of each line and the description are the approved wording. `approved_for` says to whom it may be made out:
    to any of the account's holders, or to those alone that `holders` name (the AMS's ids). `valid_until` is the first
    day on which it may not be used any more; it is over anyway once one of its policies is.
    """

    kind: ClassVar[str] = "certificate-master"
    account: Id
    name: Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
    lines: Annotated[list[CertifiedLine], Field(min_length=1, max_length=30)]
    form: Short = ""
    edition: Short = ""
    description_of_operations: Long = ""
    approved_for: Literal["any-holder", "named-holders"] = "named-holders"
    holders: Annotated[list[Id], Field(max_length=1000)] = Field(default_factory=list)
    approved_on: date | None = None
    approved_by: Short = ""
    valid_until: date | None = None
