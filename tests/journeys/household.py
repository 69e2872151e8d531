"""Households as an agency's system tells of them: each journey publishes one of its own."""

import itertools
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from ops.demo.vins import vin

Event = dict[str, Any]
_numbers = itertools.count(1)


def event(kind: str, subject: str, data: dict[str, Any] | None = None, *, deleted: bool = False) -> Event:
    """A CloudEvent, newer than every one that was made before it."""
    number = next(_numbers)
    return {
        "specversion": "1.0",
        "id": f"journey-{number}",
        "source": "/ams/journeys",
        "type": f"ams.{kind}.{'deleted' if deleted else 'upserted'}.v1",
        "subject": subject,
        "sequence": str(number),
        "data": data,
    }


@dataclass
class Household:
    """A family with one auto policy; `language` and `mobile` are its first insured's, `mail` its mailboxes'."""

    mobile: bool = False
    language: str = ""
    mail: str = "example.com"
    number: int = field(default_factory=lambda: next(_numbers))

    @property
    def name(self) -> str:
        return f"Wrenley household {self.number}"

    @property
    def email(self) -> str:
        return self.email_of("ada")

    @property
    def telephone(self) -> str:
        return f"+1512555{self.number % 10_000:04d}" if self.mobile else ""

    @property
    def policy_number(self) -> str:
        return f"JN {self.number:07d}"

    @property
    def vin(self) -> str:
        return vin(2021, self.number)

    def email_of(self, first: str) -> str:
        return f"{first}.wrenley{self.number}@{self.mail}"

    def events(self) -> list[Event]:
        """The household as it is first told of."""
        return [self.account(), self.contact(), self.auto()]

    def account(self) -> Event:
        address = {"street": "12 Larkspur Green", "city": "Austin", "state": "TX", "postal_code": "78704"}
        return event("account", f"JA-{self.number}", {"name": self.name, "number": f"J{self.number}", **address})

    def contact(self, first: str = "Ada", role: str = "primary", **changes: Any) -> Event:
        data = {
            "account": f"JA-{self.number}",
            "role": role,
            "first_name": first,
            "last_name": "Wrenley",
            "email": self.email_of(first.lower()),
            "mobile": self.telephone,
            "language": self.language,
        }
        return event("contact", f"JC-{self.number}-{first}", data | changes)

    def auto(self, subject: str = "", **changes: Any) -> Event:
        today = date.today()  # noqa: DTZ011 - terms are far from their ends
        data = {
            "account": f"JA-{self.number}",
            "carrier": "quillfeather",
            "number": self.policy_number,
            "line": "AUTOP",
            "status": "Active",
            "effective": str(today - timedelta(days=40)),
            "expiration": str(today + timedelta(days=140)),
            "state": "TX",
            "premium": "812.00",
            "term_months": 6,
            "named_insureds": ["Ada Wrenley"],
            "coverages": LIABILITY,
            "vehicles": [self.vehicle("1", "Outback", self.vin)],
        }
        return event("policy", subject or f"JP-{self.number}", data | changes)

    @staticmethod
    def vehicle(place: str, model: str, number: str) -> dict[str, Any]:
        return {"id": place, "year": 2021, "make": "Subaru", "model": model, "vin": number, "state": "TX"}


LIABILITY = [
    {
        "code": "BI",
        "description": "Bodily injury liability",
        "limits": [{"basis": "each person", "amount": "100000"}, {"basis": "each accident", "amount": "300000"}],
        "premium": "246",
    },
    {
        "code": "PD",
        "description": "Property damage liability",
        "limits": [{"basis": "each accident", "amount": "100000"}],
        "premium": "188",
    },
]
