"""Made-up entities of every kind, as an agency's system describes them."""

import random
from datetime import date, timedelta
from typing import Any

# of each kind: how often it is spoken of, and how many there are for each event of the whole feed
KINDS: dict[str, tuple[int, float]] = {
    "policy": (5, 0.12),
    "receipt": (3, 0.12),
    "contact": (3, 0.10),
    "certificate-holder": (2, 0.05),
    "account": (2, 0.01),
    "carrier": (1, 0.002),
}
NEEDED = {
    "policy": "number",
    "receipt": "amount",
    "contact": "last_name",
    "certificate-holder": "name",
    "account": "name",
    "carrier": "name",
}
COMPANIES = ("Quillfeather Mutual", "Redwood Mutual", "Bright Harbor")
PEOPLE = ("Rivera", "Okafor", "Lindqvist", "O’Brien", "Nguyễn")
FIRST = date(2026, 1, 1)


def made_up(kind: str, version: int, accounts: int, chance: random.Random) -> dict[str, Any]:
    """The data of an entity at a version; it names accounts and carriers that may not be known yet, or never."""
    account = f"account-{chance.randrange(accounts)}"
    match kind:
        case "policy":
            begins = FIRST + timedelta(days=chance.randrange(400))
            return {
                "account": account,
                "carrier": f"carrier-{chance.randrange(40)}",
                "number": f"PA-{version}-{chance.randrange(1000)}",
                "line": chance.choice(("AUTOP", "HOME", "CGL")),
                "status": chance.choice(("Active", "Cancelled", "Mystery")),
                "effective": begins.isoformat(),
                "expiration": (begins + timedelta(days=365)).isoformat(),
                "coverages": [{"code": "BI", "limits": [{"basis": "each accident", "amount": "100000"}]}],
                "vehicles": [{"id": "1", "year": 2021, "make": "Toyota", "model": "RAV4"}],
                "underwriting_tier": chance.randrange(9),  # a field that we do not know
            }
        case "receipt":
            amount = f"{chance.randrange(100, 100_000) / 100:.2f}"
            return {"account": account, "number": f"R-{version}", "received_on": "2026-11-01", "amount": amount}
        case "contact":
            name = f"{chance.choice(PEOPLE)} {version}"
            email = f"person{chance.randrange(10_000)}@example.com"
            return {"account": account, "role": chance.choice(("primary", "second")), "last_name": name, "email": email}
        case "certificate-holder":
            return {"account": account, "name": f"Holder {version} {chance.randrange(1000)}"}
        case "account":
            return {"name": f"{chance.choice(PEOPLE)} household {version}", "number": f"{chance.randrange(10_000)}"}
        case _:
            return {"name": f"{chance.choice(COMPANIES)} {version}"}


def event(kind: str, ams_id: str, version: int, data: dict[str, Any] | None, event_id: str) -> dict[str, Any]:
    """The envelope around it; without data a deletion."""
    return {
        "specversion": "1.0",
        "id": event_id,
        "source": "/made-up",
        "type": f"ams.{kind}.{'deleted' if data is None else 'upserted'}.v1",
        "subject": ams_id,
        "sequence": str(version),
        "data": data,
    }
