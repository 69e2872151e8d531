"""The demo agency's public record, and its book as CloudEvents of the AMS feed for a given day."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from zlib import crc32

from contracts import ams
from contracts.identity.agencies import AgencyDetails

from . import book, certificates, payments
from .businesses import BUSINESSES
from .carriers import CARRIERS, PREFIXES
from .other_states import OTHER_STATES
from .people import PEOPLE, WHO
from .texas import TEXAS

__all__ = ["ACCOUNTS", "SOURCE", "WHO", "demo_agency", "demo_events", "demo_heartbeat"]

SOURCE = "/ams/demo"
ACCOUNTS = (*PEOPLE, *TEXAS, *OTHER_STATES, *BUSINESSES)


def demo_agency() -> AgencyDetails:
    """The demo agency's public record."""
    return AgencyDetails.model_validate_json(Path(__file__).with_name("agency.json").read_bytes())


def demo_events(today: date) -> Iterator[str]:
    """Today's events, one line of JSON each: carriers, then accounts with all that is theirs, a heartbeat.

    The same day gives the same lines; a later day gives higher sequences, so that the newer book wins. Terms move
    with the week only, so that what was drawn from them yesterday still holds today.
    """
    monday = today - timedelta(days=today.weekday())
    for slug, carrier in CARRIERS.items():
        yield _upserted(slug, carrier, today)
    for account in ACCOUNTS:
        yield from _account(account, today, monday)
    yield _event("ams.feed.heartbeat.v1", "feed", today, {})


def demo_heartbeat(now: datetime) -> str:
    """A sign of life between two books, for a stack that runs on: without one the feed counts as dead after days."""
    heartbeat = json.loads(_event("ams.feed.heartbeat.v1", "feed", now.date(), {}))
    return json.dumps({**heartbeat, "id": f"feed-{now:%Y%m%dT%H%M%S}"}, separators=(",", ":"))


def _account(account: book.Account, today: date, monday: date) -> Iterator[str]:
    street, city, state, postal_code = account.address
    ams_id = f"A-{account.number}"
    yield _upserted(
        ams_id,
        ams.Account(
            name=account.name,
            number=account.number,
            type=account.type,
            street=street,
            city=city,
            state=state,
            postal_code=postal_code,
        ),
        today,
    )
    for place, person in enumerate(account.people, 1):
        yield _upserted(f"C-{account.number}-{place}", _contact(account, person), today)
    policies = {
        f"P-{account.number}-{place}": _policy(account, one, monday) for place, one in enumerate(account.policies, 1)
    }
    for policy_id, policy in policies.items():
        yield _upserted(policy_id, policy, today)
    payer = f"{account.people[0].first} {account.people[0].last}"
    for receipt_id, receipt in payments.receipts(account.number, payer, monday):
        yield _upserted(receipt_id, receipt, today)
    for place, holder in enumerate(payments.HOLDERS.get(account.number, ()), 1):
        yield _upserted(f"H-{account.number}-{place}", holder, today)
    for certificate_id, certificate in certificates.certificates(account.number, policies, monday):
        yield _upserted(certificate_id, certificate, today)


def _contact(account: book.Account, person: book.Person) -> ams.Contact:
    return ams.Contact(
        account=f"A-{account.number}",
        role=person.role,
        first_name=person.first,
        last_name=person.last,
        email=person.email,
        mobile="" if person.mobile is None else f"+1{account.area}55501{person.mobile:02d}",
        phone=f"({account.area}) 555-01{int(account.number) % 100:02d}",
        access=person.access,
        language=person.language,
    )


def _policy(account: book.Account, policy: book.Policy, monday: date) -> ams.Policy:
    effective, expiration, cancellation = policy.term.days(monday)
    places = count(1)
    vehicles = [
        ams.Vehicle(
            id=str(next(places)),
            year=car.year,
            make=car.make,
            model=car.model,
            vin=car.vin,
            state=car.state or account.state,
            coverages=list(policy.car_coverages) if car.physical_damage else [],
        )
        for car in policy.cars
    ]
    street, city, state, postal_code = account.address
    here = {"street": street, "city": city, "state": state, "postal_code": postal_code}
    covered = [*policy.coverages, *(coverage for vehicle in vehicles for coverage in vehicle.coverages)]
    return ams.Policy(
        account=f"A-{account.number}",
        carrier=policy.carrier,
        number=_number(account, policy),
        line=policy.line,
        status=policy.term.status,
        effective=effective,
        expiration=expiration,
        state=account.state,
        cancellation_on=cancellation,
        description=policy.description,
        premium=sum((coverage.premium or Decimal(0) for coverage in covered), Decimal(0)),
        term_months=policy.term.months,
        billing=policy.billing,
        named_insureds=_named_insureds(account),
        coverages=list(policy.coverages),
        vehicles=vehicles,
        drivers=list(policy.drivers),
        discounts=list(policy.discounts),
        locations=[each if each.street else each.model_copy(update=here) for each in policy.locations],
        interests=list(policy.interests),
        renews=f"P-{account.number}-{policy.renews}" if policy.renews else "",
        next_due_on=monday + timedelta(days=policy.due[0]) if policy.due else None,
        next_due=Decimal(policy.due[1]) if policy.due else None,
        pending_cancellation=ams.PendingCancellation(
            on=cancellation, reason=policy.notice[0], amount=Decimal(policy.notice[1])
        )
        if policy.notice
        else None,
    )


def _named_insureds(account: book.Account) -> list[str]:
    if account.type == "commercial":
        return [account.name]
    return [f"{person.first} {person.last}" for person in account.people if person.role != "additional"]


def _number(account: book.Account, policy: book.Policy) -> str:
    """A policy keeps its number when it renews; two of one line and carrier differ by what they insure."""
    digits = crc32(f"{account.number} {policy.line} {policy.carrier} {policy.description}".encode()) % 10_000_000
    return f"{PREFIXES[policy.carrier]}{policy.line[0]} {digits:07d}"


def _upserted(ams_id: str, data: ams.FromAms, today: date) -> str:
    kind = next(kind for kind, model in ams.ENTITIES.items() if isinstance(data, model))
    return _event(f"ams.{kind}.upserted.v1", ams_id, today, data.model_dump(mode="json", exclude_defaults=True))


def _event(event_type: str, subject: str, today: date, data: dict[str, object]) -> str:
    # an id says one thing for ever: what a later version of the book says of the same day gets another one
    said = crc32(json.dumps(data).encode())
    envelope = {
        "specversion": "1.0",
        "id": f"{subject}-{today:%Y%m%d}-{said:08x}",
        "source": SOURCE,
        "type": event_type,
        "subject": subject,
        "sequence": f"{today:%Y%m%d}00",
        "datacontenttype": "application/json",
        "data": data,
    }
    return json.dumps(envelope, ensure_ascii=False, separators=(",", ":"))
