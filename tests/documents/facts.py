"""Facts of fictional households, as policy and identity tell them, for cards and for what is written on them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from contracts.ams import PolicyStatus
from contracts.identity.agencies import AgencyDetails
from contracts.policy.insured import Coverage, Limit, Vehicle
from contracts.policy.vehicles import InsuredVehicle
from kit.ids import new_id
from services.documents.accounts import Holder
from services.documents.id_cards.states import rule_of
from services.documents.id_cards.text import CardText, write

VIN = "1HGCM82633A004352"
TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 18, tzinfo=UTC)
HOLDER = Holder("a-1", "Rivera household", "1420 Juniper Street, Apt 3", "Austin", "TX", "78702")
AGENCY = AgencyDetails(
    slug="oakhill",
    name="Oakhill Insurance Agency",
    phone="(512) 555-0140",
    email="hello@oakhill.example",
    brand_color="#1d4f91",
)


def liability() -> list[Coverage]:
    def coverage(code: str, description: str, *limits: tuple[str, int]) -> Coverage:
        amounts = [Limit(basis=basis, amount=Decimal(amount)) for basis, amount in limits]
        return Coverage(code=code, description=description, limits=amounts, deductibles=[], premium=None)

    return [
        coverage("BI", "Bodily injury liability", ("each person", 100_000), ("each accident", 300_000)),
        coverage("PD", "Property damage liability", ("each accident", 50_000)),
    ]


def vehicle(**changes: Any) -> Vehicle:
    values: dict[str, Any] = {
        "id": "v-1",
        "year": 2021,
        "make": "Honda",
        "model": "Civic EX",
        "vin": VIN,
        "state": "TX",
        "coverages": [],
    }
    return Vehicle(**{**values, **changes})


def insured(vehicle_changes: dict[str, Any] | None = None, **changes: Any) -> InsuredVehicle:
    values: dict[str, Any] = {
        "policy": new_id(),
        "policy_number": "QF-4471-20931",
        "line": "AUTOP",
        "status": PolicyStatus.ACTIVE,
        "in_force": True,
        "effective": date(2026, 6, 1),
        "expiration": date(2027, 6, 1),
        "cancellation_on": None,
        "carrier": "Quillfeather Mutual Insurance Company",
        "carrier_phone": "(800) 555-0110",
        "claim_phone": "(800) 555-0111",
        "company_number": "99101",
        "named_insureds": ["Patricia Rivera", "José Núñez Rivera"],
        "excluded_drivers": [],
        "liability": liability(),
        "vehicle": vehicle(**(vehicle_changes or {})),
    }
    return InsuredVehicle(**{**values, **changes})


def card(state: str = "TX", vehicle_changes: dict[str, Any] | None = None, **changes: Any) -> CardText:
    rule = rule_of(state)
    assert rule is not None
    return write(insured({"state": state, **(vehicle_changes or {})}, **changes), rule, HOLDER, AGENCY, TODAY)
