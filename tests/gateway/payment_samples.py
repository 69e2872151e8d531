"""Payments as pages get them."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from contracts.policy import money, payments

from .portal_samples import AUTO, POLICY_LIST

PAYMENTS = payments.PaymentList(
    items=[
        payments.Payment(
            id=UUID(int=42),
            number="88031-R",
            kind="reversal",
            received_on=date(2026, 9, 9),
            amount=money.Money(amount=Decimal("-371.50")),
            method="Check 1204 returned",
            payer="",
            reverses="88031",
            reversed_by="",
            lines=[],
        ),
        payments.Payment(
            id=UUID(int=41),
            number="88031",
            kind="payment",
            received_on=date(2026, 9, 2),
            amount=money.Money(amount=Decimal("371.50")),
            method="Check 1204",
            payer="Pat Rivera",
            reverses="",
            reversed_by="88031-R",
            lines=[
                payments.PaymentLine(
                    description="First instalment",
                    amount=Decimal("346.50"),
                    policy=UUID(str(AUTO["id"])),
                    number="QFA 4471902",
                ),
                payments.PaymentLine(description="Policy fee", amount=Decimal("25.00"), policy=None, number=""),
            ],
        ),
    ],
    as_of=POLICY_LIST.as_of,
)
NO_PAYMENTS = payments.PaymentList(items=[], as_of=POLICY_LIST.as_of)
