"""Carriers, as the AMS tells them."""

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from .values import FromAms, HttpsUrl, Line, Short


class CarrierLine(FromAms):
    """What differs for one line of business (its ACORD code, or the AMS's word): whatever is empty is the carrier's."""

    line: Line
    phone: Short = ""
    claim_phone: Short = ""
    payment_url: HttpsUrl = ""
    claim_url: HttpsUrl = ""


class Carrier(FromAms):
    """An insurance company; `company_numbers` maps a state to the number that its ID cards must carry.

    `naic` (five digits) serves every state that is not named in `company_numbers`. `parent` is the group that it
    belongs to. `phone` is for payments and service, `claim_phone` for claims; `lines` says what differs for single
    lines of business. Links are https addresses, shown as they are.
    """

    kind: ClassVar[str] = "carrier"
    name: Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
    naic: Annotated[str, StringConstraints(pattern=r"^(\d{5})?$")] = ""
    company_numbers: dict[Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")], Short] = Field(default_factory=dict)
    phone: Short = ""
    claim_phone: Short = ""
    payment_url: HttpsUrl = ""
    claim_url: HttpsUrl = ""
    parent: Short = ""
    am_best_number: Short = ""
    lines: Annotated[list[CarrierLine], Field(max_length=60)] = Field(default_factory=list)
