"""Policies as an insured sees them: listed, searched, and one in full."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg

from contracts import ams
from contracts.kinds import NotFound
from contracts.policy.money import Money
from contracts.policy.policies import (
    CarrierCard,
    Coverage,
    Driver,
    HomePolicies,
    HomePolicy,
    Limit,
    ListPolicies,
    Policy,
    PolicyList,
    PolicySummary,
    Vehicle,
)
from kit.database import Transaction

from .pages import cursor_to, offset_of

RENEWS_WITHIN_DAYS = 45

SUMMARY = """
SELECT p.id, p.number, p.line, coalesce(c.name, '') AS carrier, p.effective, p.expiration, p.status,
       CASE WHEN p.ends_at <= now() THEN 'past' WHEN p.starts_at > now() THEN 'future' ELSE 'active' END AS standing,
       p.covers AND p.starts_at <= now() AND now() < p.ends_at AS in_force,
       p.cancellation_on, p.premium, p.currency, p.description, p.vehicle_names
"""
OF_ACCOUNT = """
FROM accounts a
JOIN policies p ON p.agency = a.agency AND p.account_ams_id = a.ams_id AND NOT p.deleted
LEFT JOIN carriers c ON c.agency = p.agency AND c.ams_id = p.carrier_ams_id
WHERE a.id = $1 AND NOT a.deleted
"""
STANDING = {
    "active": "AND p.ends_at > now() AND p.starts_at <= now()",
    "past": "AND p.ends_at <= now()",
    "future": "AND p.starts_at > now() AND p.ends_at > now()",
    "all": "",
}
ORDER = {
    "renewal": "p.expiration, p.number, p.id",
    "line": "p.line, p.expiration, p.id",
    "carrier": "lower(coalesce(c.name, '')), p.expiration, p.id",
    "number": "p.number, p.id",
}


async def list_for(account: UUID, request: ListPolicies, tx: Transaction) -> PolicyList:
    """The account's policies of one standing, searched in number, carrier, vehicles and description, and sorted."""
    offset = offset_of(request.cursor)
    sought = request.q.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    rows = await tx.driver.fetch(
        f"{SUMMARY}{OF_ACCOUNT}{STANDING[request.status]}"
        " AND ($2 = '' OR p.line = $2)"
        " AND ($3 = '' OR p.number ILIKE '%' || $3 || '%' OR p.description ILIKE '%' || $3 || '%'"
        "      OR c.name ILIKE '%' || $3 || '%'"
        "      OR EXISTS (SELECT FROM jsonb_each_text(p.vehicle_names) v WHERE v.value ILIKE '%' || $3 || '%'))"
        f" ORDER BY {ORDER[request.sort]} LIMIT $4 OFFSET $5",
        account,
        request.line,
        sought,
        request.limit + 1,
        offset,
    )
    lines = await tx.driver.fetch(f"SELECT DISTINCT p.line {OF_ACCOUNT} ORDER BY p.line", account)
    more = len(rows) > request.limit
    return PolicyList(
        items=[PolicySummary(**_summary(row)) for row in rows[: request.limit]],
        lines=[row["line"] for row in lines],
        cursor=cursor_to(offset + request.limit) if more else None,
        as_of=await as_of(tx),
    )


async def home(account: UUID, tx: Transaction) -> HomePolicies:
    """What Home shows: active policies by renewal, with those that renew soon or are to be cancelled."""
    rows = await tx.driver.fetch(
        f"{SUMMARY}, (SELECT heard_at FROM feeds f WHERE f.agency = p.agency) AS heard_at"
        f"{OF_ACCOUNT} ORDER BY p.expiration, p.number",
        account,
    )
    active = [row for row in rows if row["standing"] == "active"]
    today = datetime.now(UTC).date()
    return HomePolicies(
        active=[HomePolicy(**_summary(row), vehicle_names=json.loads(row["vehicle_names"])) for row in active],
        renewing=[
            row["id"]
            for row in active
            if row["in_force"] and 0 <= (row["expiration"] - today).days <= RENEWS_WITHIN_DAYS
        ],
        pending_cancellation=[row["id"] for row in active if row["status"] == ams.PolicyStatus.PENDING_CANCELLATION],
        past=sum(row["standing"] == "past" for row in rows),
        as_of=rows[0]["heard_at"] if rows else await as_of(tx),
    )


async def one(account: UUID, policy: UUID, tx: Transaction) -> Policy:
    """A policy of the account in full; raises NotFound for any other."""
    row = await tx.driver.fetchrow(
        f"{SUMMARY}, a.name AS account_name, p.term_months, p.billing, p.raw, c.phone, c.payment_url, c.claim_url,"
        f" c.claim_phone{OF_ACCOUNT} AND p.id = $2",
        account,
        policy,
    )
    if row is None:
        raise NotFound
    data = ams.Policy.model_validate_json(row["raw"])
    return Policy(
        **_summary(row),
        term_months=row["term_months"],
        billing=row["billing"],
        carrier_details=CarrierCard(
            name=row["carrier"],
            phone=row["phone"] or "",
            payment_url=row["payment_url"] or "",
            claim_url=row["claim_url"] or "",
            claim_phone=row["claim_phone"] or "",
        ),
        named_insureds=data.named_insureds or [row["account_name"]],
        coverages=coverages(data.coverages),
        insured_vehicles=[vehicle(each) for each in data.vehicles],
        drivers=[Driver(name=driver.name, excluded=driver.excluded) for driver in data.drivers],
        as_of=await as_of(tx) or datetime.now(UTC),
    )


async def as_of(tx: Transaction) -> datetime | None:
    """When the agency's system was last heard from."""
    heard_at: datetime | None = await tx.driver.fetchval("SELECT heard_at FROM feeds WHERE agency = $1", tx.agency)
    return heard_at


def coverages(given: list[ams.Coverage]) -> list[Coverage]:
    """The AMS's coverages as ours."""
    return [
        Coverage(
            code=coverage.code,
            description=coverage.description,
            limits=[Limit(basis=limit.basis, amount=limit.amount) for limit in coverage.limits],
            deductibles=[Limit(basis=each.basis, amount=each.amount) for each in coverage.deductibles],
            premium=coverage.premium,
        )
        for coverage in given
    ]


def vehicle(given: ams.Vehicle) -> Vehicle:
    """The AMS's vehicle as ours."""
    return Vehicle(
        id=given.id,
        year=given.year,
        make=given.make,
        model=given.model,
        vin=given.vin,
        state=given.state,
        coverages=coverages(given.coverages),
    )


def _summary(row: asyncpg.Record) -> dict[str, Any]:
    return {
        "id": row["id"],
        "number": row["number"],
        "line": row["line"],
        "carrier": row["carrier"],
        "effective": row["effective"],
        "expiration": row["expiration"],
        "status": row["status"],
        "standing": row["standing"],
        "in_force": row["in_force"],
        "cancellation_on": row["cancellation_on"],
        "premium": None if row["premium"] is None else Money(amount=row["premium"], currency=row["currency"]),
        "description": row["description"],
        "vehicles": len(json.loads(row["vehicle_names"])),
    }
