"""What a form says, held against the book: the policy is the account's, the vehicle and the driver are on it."""

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from contracts.kinds import BadRequest
from contracts.policy.request_forms import (
    AddressChange,
    CertificateWording,
    CommercialChange,
    ContactCorrection,
    DriverAddition,
    DriverRemoval,
    Form,
    GeneralRequest,
    NewVehicle,
    OnPolicy,
    PersonalChange,
    PropertyEvidence,
    VehicleRemoval,
    VehicleReplacement,
)
from kit.agencies import agency_details
from kit.database import Transaction
from services.policy.summaries import OF_ACCOUNT, SUMMARY
from services.policy.terms import today_in

from . import vins

A_YEAR = timedelta(days=366)


@dataclass(frozen=True)
class Policy:
    """A policy as the book has it today; `vehicles` are names by the AMS's ids, `drivers` names."""

    id: UUID
    number: str
    line: str
    standing: str
    vehicles: dict[str, str]
    drivers: set[str]


@dataclass
class Facts:
    """What is kept beside a form: the policy that it names, and what looks wrong, by field.

    `subject` says in a few words what the request is about: a vehicle, a driver, a holder, or how its text begins.
    """

    policy: Policy | None = None
    vehicle_name: str = ""
    subject: str = ""
    effective_on: date | None = None
    warnings: dict[str, str] = field(default_factory=dict)


async def of_form(form: Form, account: UUID, tx: Transaction) -> Facts:
    """The facts of a form.

    Raises BadRequest with `pointer` and a `reason` for what cannot be meant so, a policy of another account among it.
    """
    facts = Facts(policy=await _policy(form, account, tx))
    today = await _today(tx)
    if isinstance(form, OnPolicy | AddressChange):
        facts.effective_on = _near("effective_on", form.effective_on, today, facts)
    if isinstance(form, PropertyEvidence | CertificateWording):
        facts.effective_on = _near("needed_on", form.needed_on, today, facts)
    if isinstance(form, NewVehicle):
        _check_new_vehicle(form, today, facts)
    if isinstance(form, VehicleRemoval | VehicleReplacement):
        facts.vehicle_name = _vehicle_on(facts.policy, form.vehicle)
    if isinstance(form, DriverRemoval):
        _require(facts.policy and form.driver in facts.policy.drivers, "driver", "unknown")
    if isinstance(form, DriverAddition):
        _require(form.birth_year <= today.year, "birth_year", "future")
        _require(form.licence_state or form.licence == "none", "licence_state", "missing")
    if isinstance(form, CertificateWording):
        _require(form.notice_days or "notice" not in form.wording, "notice_days", "missing")
        _require(form.notes or "other" not in form.wording, "notes", "missing")
    if isinstance(form, ContactCorrection):
        _require(form.person or form.whose != "another", "person", "missing")
    facts.subject = _subject(form, facts)
    return facts


def _require(fine: object, name: str, reason: str) -> None:
    if not fine:
        raise BadRequest(pointer=f"/form/{name}", problem=PROBLEMS[reason], reason=reason)


NAMED_BY: dict[type[Form], str] = {
    DriverAddition: "name",
    DriverRemoval: "driver",
    PropertyEvidence: "recipient",
    CertificateWording: "holder",
    ContactCorrection: "correct",
}
FEW_WORDS = 80  # characters of a text that tell a request from others in a list
PROBLEMS = {
    "missing": "Please fill this in.",
    "far": "Please choose a day within a year of today.",
    "future": "This year has not come yet.",
    "unknown": "Please choose one of those on the policy.",
    "ended": "This policy has ended. Please write to your agency with a general request.",
    "policy": "Please choose one of your policies.",
}


async def _policy(form: Form, account: UUID, tx: Transaction) -> Policy | None:
    wanted: UUID | None = getattr(form, "policy", None)
    if wanted is None:
        return None
    row = await tx.driver.fetchrow(f"{SUMMARY}, t.raw {OF_ACCOUNT} AND p.id = $2", account, wanted)
    if row is None:
        raise BadRequest(pointer="/form/policy", problem=PROBLEMS["policy"], reason="policy")
    drivers = {str(each.get("name", "")).strip() for each in json.loads(row["raw"]).get("drivers", [])}
    policy = Policy(row["id"], row["number"], row["line"], row["standing"], json.loads(row["vehicle_names"]), drivers)
    _require(not isinstance(form, OnPolicy) or policy.standing != "past", "policy", "ended")
    return policy


async def _today(tx: Transaction) -> date:
    agency = await agency_details(tx, tx.agency)
    return today_in(agency.time_zone if agency else "")


def _near(name: str, day: date, today: date, facts: Facts) -> date:
    """The day, if an agent can do anything about it; one that has passed is pointed out."""
    _require(abs(day - today) <= A_YEAR, name, "far")
    if day < today:
        facts.warnings[name] = "past"
    return day


def _check_new_vehicle(form: NewVehicle, today: date, facts: Facts) -> None:
    _require(form.year <= today.year + 2, "year", "future")
    _require(form.lienholder or form.ownership == "owned", "lienholder", "missing")
    doubt = vins.doubt(form.vin, form.year)
    if doubt:
        facts.warnings["vin"] = doubt


def _vehicle_on(policy: Policy | None, vehicle: str) -> str:
    found = policy.vehicles.get(vehicle) if policy else None
    _require(found is not None, "vehicle", "unknown")
    return found or vehicle


def _subject(form: Form, facts: Facts) -> str:
    if isinstance(form, NewVehicle):
        return f"{form.year} {form.make} {form.model}"
    if isinstance(form, AddressChange):
        return f"{form.street}, {form.city}, {form.state} {form.zip}"
    if isinstance(form, GeneralRequest | PersonalChange | CommercialChange):
        return _few_words(form.details)
    named = NAMED_BY.get(type(form))
    return getattr(form, named) if named else facts.vehicle_name


def _few_words(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= FEW_WORDS else f"{words[: FEW_WORDS - 1].rstrip()}…"
