"""Carriers, as the AMS tells them."""

from typing import Annotated, ClassVar

from pydantic import StringConstraints

from .values import FromAms, HttpsUrl, Short


class Carrier(FromAms):
    """An insurance company; `company_numbers` maps a state to the number that its ID cards must carry.

    `naic` (five digits) serves every state that is not named in `company_numbers`.
    """

    kind: ClassVar[str] = "carrier"
    name: Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
    naic: Annotated[str, StringConstraints(pattern=r"^(\d{5})?$")] = ""
    company_numbers: dict[Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")], Short] = {}
    phone: Short = ""
    claim_phone: Short = ""
    payment_url: HttpsUrl = ""
    claim_url: HttpsUrl = ""
