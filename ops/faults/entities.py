"""Made-up entities of every kind, as an agency's system describes them."""

import random
from collections.abc import Callable
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
    "certificate": (1, 0.03),
    "certificate-master": (1, 0.01),
    "document": (1, 0.03),
}
NEEDED = {
    "policy": "number",
    "receipt": "amount",
    "contact": "last_name",
    "certificate-holder": "name",
    "account": "name",
    "carrier": "name",
    "certificate": "issued_on",
    "certificate-master": "name",
    "document": "sha256",
}
COMPANIES = ("Quillfeather Mutual", "Redwood Mutual", "Bright Harbor")
PEOPLE = ("Rivera", "Okafor", "Lindqvist", "O’Brien", "Nguyễn")
FIRST = date(2026, 1, 1)


def made_up(kind: str, version: int, accounts: int, chance: random.Random) -> dict[str, Any]:
    """The data of an entity at a version; it names accounts and carriers that may not be known yet, or never."""
    data = MAKERS[kind](version, chance)
    return data if kind in OF_NOBODY else {"account": f"account-{chance.randrange(accounts)}", **data}


def _policy(version: int, chance: random.Random) -> dict[str, Any]:
    begins = FIRST + timedelta(days=chance.randrange(400))
    ends = {"cancellation_on": (begins + timedelta(days=40)).isoformat()}
    return {
        **(ends if chance.random() < 0.5 else {}),
        "carrier": f"carrier-{chance.randrange(40)}",
        "number": f"PA-{version}-{chance.randrange(1000)}",
        "line": chance.choice(("AUTOP", "HOME", "CGL")),
        "status": chance.choice(("Active", "Cancelled", "Pending Cancel", "Mystery")),
        "effective": begins.isoformat(),
        "expiration": (begins + timedelta(days=365)).isoformat(),
        "coverages": [{"code": "BI", "limits": [{"basis": "each accident", "amount": "100000"}]}],
        "vehicles": [{"id": "1", "year": 2021, "make": "Toyota", "model": "RAV4"}],
        "underwriting_tier": chance.randrange(9),  # a field that we do not know
    }


def _receipt(version: int, chance: random.Random) -> dict[str, Any]:
    amount = f"{chance.randrange(100, 100_000) / 100:.2f}"
    return {"number": f"R-{version}", "received_on": "2026-11-01", "amount": amount}


def _contact(version: int, chance: random.Random) -> dict[str, Any]:
    name = f"{chance.choice(PEOPLE)} {version}"
    email = f"person{chance.randrange(10_000)}@example.com"
    return {"role": chance.choice(("primary", "second")), "last_name": name, "email": email}


def _holder(version: int, chance: random.Random) -> dict[str, Any]:
    return {"name": f"Holder {version} {chance.randrange(1000)}"}


def _account(version: int, chance: random.Random) -> dict[str, Any]:
    name = f"{chance.choice(PEOPLE)} household {version}"
    place = {"street": f"{chance.randrange(1, 99)} Sample Lane", "city": "Austin", "state": "TX"}
    return {"name": name, "number": f"{chance.randrange(10_000)}", **(place if chance.random() < 0.9 else {})}


def _carrier(version: int, chance: random.Random) -> dict[str, Any]:
    return {"name": f"{chance.choice(COMPANIES)} {version}"}


def _certificate(version: int, chance: random.Random) -> dict[str, Any]:
    holder = f"certificate-holder-{chance.randrange(1000)}"
    return {"holder": holder, "number": f"C-{version}", "issued_on": "2026-11-01", "lines": [_line(chance)]}


def _master(version: int, chance: random.Random) -> dict[str, Any]:
    return {"name": f"Lenders {version}", "lines": [_line(chance)]}


def _document(version: int, chance: random.Random) -> dict[str, Any]:
    return {"title": f"Dec page {version}", "size": 40_000, "sha256": chance.randbytes(32).hex()}


def _line(chance: random.Random) -> dict[str, Any]:
    """A line of business, as on a certificate and on a master."""
    policy = f"policy-{chance.randrange(1000)}"
    return {"policy": policy, "line": "CGL", "number": "GL-1", "effective": "2026-01-01", "expiration": "2027-01-01"}


MAKERS: dict[str, Callable[[int, random.Random], dict[str, Any]]] = {
    "policy": _policy,
    "receipt": _receipt,
    "contact": _contact,
    "certificate-holder": _holder,
    "account": _account,
    "carrier": _carrier,
    "certificate": _certificate,
    "certificate-master": _master,
    "document": _document,
}
OF_NOBODY = ("account", "carrier")


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
