"""The words on an ID card: everything that the drawing shows, and nothing that it does not."""

import json
from calendar import monthrange
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256

from contracts.identity.agencies import AgencyDetails
from contracts.policy.insured import Coverage
from contracts.policy.vehicles import InsuredVehicle
from services.documents.accounts import Holder

from . import vins
from .states import StateRule

EDITION = 1  # of the layout: a new one makes new cards from the same facts


@dataclass(frozen=True)
class CardText:
    """An ID card's words, its size in inches and its least type in points; lists are lines or paragraphs."""

    title: str
    insurer: str
    insurer_phone: str
    claim_phone: str
    company_number: str
    company_number_label: str
    policy_number: str
    effective: date
    expiration: date
    vehicle: str
    vin_label: str
    vin: str
    named_insureds: tuple[str, ...]
    address: tuple[str, ...]
    liability_limits: tuple[str, ...]
    liability_kinds: str
    excluded_drivers: tuple[str, ...]
    carry: str
    legend: tuple[str, ...]
    agency: str
    agency_phone: str
    color: str
    size: tuple[float, float]
    least_type: float

    def digest(self) -> bytes:
        """SHA-256 over every word and the layout's edition: equal digests are drawn to equal bytes."""
        return sha256(json.dumps([EDITION, asdict(self)], sort_keys=True, default=str).encode()).digest()


def write(facts: InsuredVehicle, rule: StateRule, holder: Holder, agency: AgencyDetails, today: date) -> CardText:
    """The words for a vehicle in its state; `today` is the day in the agency's time zone."""
    vin = vins.normalize(facts.vehicle.vin)
    effective, expiration = period(facts.effective, facts.expiration, rule.longest_months, today)
    return CardText(
        title=rule.title,
        insurer=facts.carrier,
        insurer_phone=facts.carrier_phone,
        claim_phone=facts.claim_phone or facts.carrier_phone,
        company_number=facts.company_number,
        company_number_label=rule.company_number_label,
        policy_number=facts.policy_number,
        effective=effective,
        expiration=expiration,
        vehicle=vehicle_name(facts),
        vin_label="VIN, last six" if rule.vin == "last_six" else "VIN",
        vin={"full": vin, "last_six": vin[-6:], "none": ""}[rule.vin],
        named_insureds=tuple(facts.named_insureds) or (holder.name,),
        address=holder.address,
        liability_limits=tuple(map(_limits, facts.liability)) if rule.liability == "limits" else (),
        liability_kinds=", ".join(map(_kind, facts.liability)) if rule.liability == "kinds" else "",
        excluded_drivers=tuple(facts.excluded_drivers),
        carry=rule.carry,
        legend=rule.legend,
        agency=agency.name,
        agency_phone=agency.phone,
        color=agency.brand_color,
        size=rule.size,
        least_type=rule.least_type,
    )


def vehicle_name(facts: InsuredVehicle) -> str:
    """Year, make and model, as far as they are known."""
    vehicle = facts.vehicle
    return " ".join(str(part) for part in (vehicle.year, vehicle.make, vehicle.model) if part)


def period(effective: date, expiration: date, longest_months: int | None, today: date) -> tuple[date, date]:
    """First and last day of the card: the term, or the part of it around `today` that the state permits."""
    if longest_months is None:
        return effective, expiration
    begins, part = effective, 1
    while (ends := _months_later(effective, part * longest_months)) <= today and ends < expiration:
        begins, part = ends, part + 1
    return begins, min(ends, expiration)


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    last = monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))


def _kind(coverage: Coverage) -> str:
    return coverage.description or coverage.code


def _limits(coverage: Coverage) -> str:
    amounts = ", ".join(f"${limit.amount:,.0f} {limit.basis}".strip() for limit in coverage.limits)
    return f"{_kind(coverage)}: {amounts}" if amounts else _kind(coverage)
