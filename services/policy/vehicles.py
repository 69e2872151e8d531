"""Insured vehicles with the facts that an ID card must carry."""

import json
from uuid import UUID

from contracts import ams
from contracts.policy.vehicles import InsuredVehicle, InsuredVehicles
from kit.database import Transaction

from .policies import OF_ACCOUNT, SUMMARY, as_of, coverages, vehicle

LIABILITY = ("BI", "PD", "CSL", "BIPD", "PIP")  # ACORD: bodily injury, property damage, combined, no-fault


async def list_for(account: UUID, policy: UUID | None, tx: Transaction) -> InsuredVehicles:
    """Every vehicle on the account's present and coming policies; `policy` narrows it to one."""
    rows = await tx.driver.fetch(
        f"{SUMMARY}, a.name AS account_name, p.raw, c.phone, c.claim_phone, c.naic, c.company_numbers{OF_ACCOUNT}"
        " AND p.ends_at > now() AND p.vehicle_names <> '{}'::jsonb AND ($2::uuid IS NULL OR p.id = $2)"
        " ORDER BY p.starts_at, p.number",
        account,
        policy,
    )
    items = []
    for row in rows:
        data = ams.Policy.model_validate_json(row["raw"])
        numbers: dict[str, str] = json.loads(row["company_numbers"] or "{}")
        for insured in data.vehicles:
            items.append(
                InsuredVehicle(
                    policy=row["id"],
                    policy_number=row["number"],
                    line=row["line"],
                    status=row["status"],
                    in_force=row["in_force"],
                    effective=row["effective"],
                    expiration=row["expiration"],
                    cancellation_on=row["cancellation_on"],
                    carrier=row["carrier"],
                    carrier_phone=row["phone"] or "",
                    claim_phone=row["claim_phone"] or "",
                    company_number=numbers.get(insured.state) or row["naic"] or "",
                    named_insureds=data.named_insureds or [row["account_name"]],
                    excluded_drivers=[driver.name for driver in data.drivers if driver.excluded],
                    liability=[c for c in coverages(data.coverages + insured.coverages) if c.code in LIABILITY],
                    vehicle=vehicle(insured),
                )
            )
    return InsuredVehicles(items=items, as_of=await as_of(tx))
