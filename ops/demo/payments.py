"""The demo agency's receipts and certificate holders, by the number of the account that they belong to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from contracts import ams


@dataclass(frozen=True)
class Paid:
    """Money taken so many days before the Monday of the week of loading, for the account's policy at that place.

    `back` is after how many days the payment was taken back (a returned check), if it was.
    """

    number: str
    days_ago: int
    amount: str
    what: str
    method: str
    policy: int = 1
    fee: str = ""
    back: int | None = None


PAID: dict[str, tuple[Paid, ...]] = {
    "10021": (
        Paid("71904", 176, "212.40", "Down payment", "Card ending 4021", policy=4),
        Paid("72377", 84, "212.40", "Down payment", "Check 2207", fee="5.00", back=6),
        Paid("72431", 75, "217.40", "Down payment", "Card ending 4021"),
        Paid("72902", 45, "158.20", "Installment", "Card ending 4021"),
        Paid("73388", 15, "158.20", "Installment", "Card ending 4021"),
        Paid("73411", 12, "1486.00", "Annual premium", "Check 2231", policy=2),
    ),
    "10034": (Paid("73102", 31, "143.75", "Installment", "Cash"),),
    "10047": (Paid("72815", 52, "389.00", "Down payment", "Bank transfer"),),
    "10072": (
        Paid("70551", 214, "188.00", "Down payment", "Cash"),
        Paid("70998", 160, "94.00", "Installment", "Check 588"),
    ),
    "20047": (
        Paid("72566", 70, "2840.00", "Deposit premium", "Check 10418"),
        Paid("73240", 24, "610.35", "Installment", "Bank transfer", policy=2),
    ),
}

HOLDERS: dict[str, tuple[ams.CertificateHolder, ...]] = {
    "20047": (
        ams.CertificateHolder(
            account="A-20047",
            name="Harbor Street Properties LLC",
            attention="Leasing office",
            street="40 Harbor Street",
            city="Houston",
            state="TX",
            postal_code="77002",
            email="leasing@harborstreet.example",
        ),
        ams.CertificateHolder(
            account="A-20047",
            name="Bluebonnet General Contractors Inc.",
            street="918 Trowel Avenue, Suite 3",
            city="Katy",
            state="TX",
            postal_code="77449",
            email="compliance@bluebonnetgc.example",
        ),
        ams.CertificateHolder(
            account="A-20047", name="City of Pine Hollow", street="1 Courthouse Square", city="Pine Hollow", state="TX"
        ),
    ),
}


def receipts(account: str, payer: str, monday: date) -> Iterator[tuple[str, ams.Receipt]]:
    """The receipts of an account with the ids of the agency's system; of one taken back, its reversal too."""
    for paid in PAID.get(account, ()):
        policy = f"P-{account}-{paid.policy}"
        lines = [ams.ReceiptLine(description=paid.what, amount=Decimal(paid.amount), policy=policy)]
        if paid.fee:
            lines.append(ams.ReceiptLine(description="Policy fee", amount=Decimal(paid.fee)))
        total = sum((line.amount for line in lines), Decimal(0))
        receipt = ams.Receipt(
            account=f"A-{account}",
            number=paid.number,
            received_on=monday - timedelta(days=paid.days_ago),
            amount=total,
            method=paid.method,
            payer=payer,
            lines=lines,
        )
        yield f"R-{paid.number}", receipt
        if paid.back is not None:
            taken_back = {
                "number": f"{paid.number}-R",
                "received_on": receipt.received_on + timedelta(days=paid.back),
                "amount": -total,
                "method": f"{paid.method} returned",
                "reverses": f"R-{paid.number}",
                "lines": [line.model_copy(update={"amount": -line.amount}) for line in lines],
            }
            yield f"R-{paid.number}-R", receipt.model_copy(update=taken_back)
