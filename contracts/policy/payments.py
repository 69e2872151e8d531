"""Payment History: receipts as an insured may see them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from pydantic import Field

from contracts.kinds import Caller, Model, Request

from .freshness import FeedState
from .money import Money


class PaymentLine(Model):
    """What a part of a payment was for; `policy` and `number` name the policy, where it is one of this account.

    `type` is the agency's word for what it paid: premium, fee, tax, installment …
    """

    description: str
    amount: Decimal
    policy: UUID | None
    number: str
    type: str = ""


class Payment(Model):
    """A receipt: money that the agency has taken, or given back.

    `kind` is `reversal` for a receipt that takes an earlier one back (`reverses`, by its number) and has a negative
    amount; `reversed_by` is the number of the receipt that took this one back. `reference` is what the payer's bank or
    card company calls the payment; `balance` what was left to pay then. Of long numbers only the end is told.
    """

    id: UUID
    number: str
    kind: Literal["payment", "reversal"]
    received_on: date
    amount: Money
    method: str
    payer: str
    reverses: str
    reversed_by: str
    lines: list[PaymentLine]
    reference: str = ""
    received_by: str = ""
    balance: Money | None = None


class PaymentList(Model):
    """A page of payments, newest first; `cursor` fetches the next one."""

    items: list[Payment]
    cursor: str | None = None
    as_of: datetime | None
    feed: FeedState = "fresh"


class ListPayments(Request[PaymentList], owner="policy", caller=Caller.INSURED, reads=True):
    """The account's payment history; `policy` narrows it to one policy."""

    policy: UUID | None = None
    limit: int = Field(default=50, ge=1, le=200)
    cursor: str = Field(default="", max_length=400)
