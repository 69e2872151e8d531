"""Receipts, as the AMS tells them."""

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from .values import FromAms, Id, Money, Short


class ReceiptLine(FromAms):
    """What a part of a payment was for; `policy` is the AMS's id of the policy, where it was for one.

    `type` is the AMS's word for what it paid: premium, fee, tax, installment, down payment, reinstatement …
    """

    description: Short
    amount: Annotated[Decimal, Field(max_digits=14, decimal_places=2)]
    policy: Annotated[str, StringConstraints(max_length=80, strip_whitespace=True)] = ""
    type: Short = ""


class Receipt(FromAms):
    """Money that the agency has taken from an insured; `number` is what people call it by.

    A receipt is never edited: a correction is a receipt of its own that `reverses` an earlier one (the AMS's id) and
    whose amount is negative. `received_on` is a day at the agency. `reference` is the confirmation number of the card
    company or bank, `received_by` who took the money, `office` where; `due` was owed before it and `balance` after it.
    """

    kind: ClassVar[str] = "receipt"
    account: Id
    number: Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]
    received_on: date
    amount: Annotated[Decimal, Field(max_digits=14, decimal_places=2)]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "USD"
    method: Short = ""
    payer: Short = ""
    reverses: Annotated[str, StringConstraints(max_length=80, strip_whitespace=True)] = ""
    lines: Annotated[list[ReceiptLine], Field(max_length=100)] = Field(default_factory=list)
    reference: Short = ""
    received_by: Short = ""
    office: Short = ""
    due: Money | None = None
    balance: Money | None = None
