"""How a policy is billed, and whether it is about to be cancelled."""

from datetime import date
from typing import Literal

from contracts.kinds import Model

from .money import Money

# who sends the bill; unknown where the agency's system does not say
Biller = Literal["agency", "company", "finance", "unknown"]


class Invoice(Model):
    """A bill that is not settled yet."""

    number: str
    due_on: date | None
    total: Money | None
    balance: Money | None


class Billing(Model):
    """How a policy is billed: `text` is the agency's own wording, `raw` its code."""

    biller: Biller = "unknown"
    text: str = ""
    raw: str = ""
    pay_plan: str = ""
    balance: Money | None = None
    invoices: list[Invoice] = []


class PendingCancellation(Model):
    """A notice of cancellation: the day, why, and what keeps the policy if it is paid before."""

    on: date | None
    reason: str
    amount: Money | None
