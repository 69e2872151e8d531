"""Insured vehicles with the facts that an ID card must carry."""

import json
from uuid import UUID

import asyncpg

from contracts import ams
from contracts.policy.vehicles import InsuredVehicle, InsuredVehicles
from kit.database import Transaction

from .freshness import freshness_of
from .insured import coverages, vehicle
from .summaries import OF_ACCOUNT, SUMMARY

LIABILITY = ("BI", "PD", "CSL", "BIPD", "PIP")  # ACORD: bodily injury, property damage, combined, no-fault

# the insurer of a card is the company that writes the policy, with its own numbers
VEHICLES = f"""
SELECT s.*, coalesce(w.name, s.carrier) AS insurer, coalesce(w.naic, s.c_naic) AS naic,
       coalesce(w.company_numbers, s.c_numbers) AS company_numbers
FROM ({SUMMARY}, a.name AS account_name, t.raw, t.starts_at, p.agency, p.writing_carrier_ams_id, c.phone, c.claim_phone,
      c.naic AS c_naic, c.company_numbers AS c_numbers{OF_ACCOUNT}
      AND t.ends_at > now() AND t.vehicle_names <> '{{}}'::jsonb AND ($2::uuid IS NULL OR p.id = $2)) s
LEFT JOIN carriers w ON w.agency = s.agency AND w.ams_id = s.writing_carrier_ams_id AND NOT w.deleted
ORDER BY s.starts_at, s.number, s.id
"""


async def list_for(account: UUID, policy: UUID | None, tx: Transaction) -> InsuredVehicles:
    """Every vehicle on the account's present and coming policies; `policy` narrows it to one."""
    rows = await tx.driver.fetch(VEHICLES, account, policy)
    fresh = await freshness_of(tx)
    items = [each for row in rows for each in _insured(row)]
    return InsuredVehicles(items=items, as_of=fresh.as_of, feed=fresh.feed)


def _insured(row: asyncpg.Record) -> list[InsuredVehicle]:
    data = ams.Policy.model_validate_json(row["raw"])
    numbers: dict[str, str] = json.loads(row["company_numbers"] or "{}")
    return [
        InsuredVehicle(
            policy=row["id"],
            policy_number=row["number"],
            line=row["line"],
            status=row["status"],
            in_force=row["in_force"],
            effective=row["effective"],
            expiration=row["expiration"],
            cancellation_on=row["cancellation_on"],
            carrier=row["insurer"],
            carrier_phone=row["phone"] or "",
            claim_phone=row["claim_phone"] or "",
            company_number=numbers.get(each.state) or row["naic"] or "",
            named_insureds=data.named_insureds or [row["account_name"]],
            excluded_drivers=[driver.name for driver in data.drivers if driver.excluded],
            liability=[
                one
                for one in coverages([*(c for c in data.coverages if c.item in ("", each.id)), *each.coverages])
                if one.code in LIABILITY
            ],
            vehicle=vehicle(each),
        )
        for each in data.vehicles
    ]
