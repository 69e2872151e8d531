"""Insured vehicles with the facts that an ID card must carry: searched and paged by the database, as fleets need it."""

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from contracts import ams
from contracts.policy.vehicles import InsuredVehicle, InsuredVehicles, VehicleSearch
from kit.database import Transaction

from .freshness import freshness_of
from .insured import coverages, vehicle
from .pages import beginning, cursor_after, moment, ordinal, place_of
from .policies import pattern_of
from .summaries import OF_ACCOUNT, SUMMARY

LIABILITY = ("BI", "PD", "CSL", "BIPD", "PIP")  # ACORD: bodily injury, property damage, combined, no-fault
LARGEST = 200 * 1024  # bytes of an answer's vehicles: the bus takes half as much again

KIND, PLACE = "vehicles", (moment, str, UUID, ordinal)
ORDER = "starts_at, beginning, id, place"
SOUGHT = "concat_ws(' ', v.facts ->> 'year', v.facts ->> 'make', v.facts ->> 'model', v.facts ->> 'vin', b.number)"
# the insurer of a card is the company that writes the policy, with its own numbers. What is the policy's own (`rest`)
# comes once for each policy of the page, at its first vehicle
VEHICLES = f"""
WITH book AS MATERIALIZED (
  {SUMMARY}, a.name AS account_name, t.raw, t.starts_at, {beginning("p.number")} AS beginning, p.agency,
  p.writing_carrier_ams_id, c.phone, c.claim_phone, c.naic AS c_naic, c.company_numbers AS c_numbers{OF_ACCOUNT}
  AND t.ends_at > now() AND t.vehicle_names <> '{{}}'::jsonb AND ($2::uuid IS NULL OR p.id = $2)
), found AS MATERIALIZED (
  SELECT b.id, b.starts_at, b.beginning, v.place, v.facts
  FROM book b CROSS JOIN LATERAL jsonb_array_elements(b.raw -> 'vehicles') WITH ORDINALITY v(facts, place)
  WHERE ($3 = '' OR btrim(v.facts ->> 'id') = $3) AND {SOUGHT} ILIKE ALL ($4::text[])
), page AS (
  SELECT * FROM found WHERE $6::timestamptz IS NULL OR ({ORDER}) > ($6, $7::text, $8::uuid, $9::bigint)
  ORDER BY {ORDER} LIMIT $5
)
SELECT b.id, b.number, b.line, b.status, b.in_force, b.effective, b.expiration, b.cancellation_on, b.account_name,
       b.phone, b.claim_phone, b.starts_at, b.beginning, page.facts, page.place, (SELECT count(*) FROM found) AS total,
       coalesce(w.name, b.carrier) AS insurer, coalesce(w.naic, b.c_naic) AS naic,
       coalesce(w.company_numbers, b.c_numbers) AS company_numbers,
       CASE WHEN lag(b.id) OVER same IS DISTINCT FROM b.id THEN b.raw - 'vehicles' END AS rest
FROM page JOIN book b ON b.id = page.id
LEFT JOIN carriers w ON w.agency = b.agency AND w.ams_id = b.writing_carrier_ams_id AND NOT w.deleted
WINDOW same AS (ORDER BY b.starts_at, b.beginning, b.id, page.place)
ORDER BY b.starts_at, b.beginning, b.id, page.place
"""


async def list_for(account: UUID, wanted: VehicleSearch, tx: Transaction) -> InsuredVehicles:
    """A page of the vehicles on the account's present and coming policies."""
    words = [pattern_of(word) for word in wanted.q.split()]
    after: Sequence[datetime | str | UUID | int | None] = place_of(wanted.cursor, KIND, PLACE) or (None,) * 4
    rows = await tx.driver.fetch(
        VEHICLES, account, wanted.policy, wanted.vehicle.strip(), words, wanted.limit + 1, *after
    )
    fresh = await freshness_of(tx)
    items = _insured(rows[: wanted.limit])
    last = rows[len(items) - 1] if len(items) < len(rows) else None
    return InsuredVehicles(
        items=items,
        as_of=fresh.as_of,
        feed=fresh.feed,
        total=rows[0]["total"] if rows else 0,
        cursor=cursor_after(KIND, [last[name] for name in ORDER.split(", ")]) if last else None,
    )


def _insured(rows: Sequence[asyncpg.Record]) -> list[InsuredVehicle]:
    """Vehicles with their policies' facts: as many of them as fit into one answer, one at least."""
    found: list[InsuredVehicle] = []
    size = 0
    for row in rows:
        if row["rest"] is not None:
            policy = ams.Policy.model_validate_json(row["rest"])
        one = _with_policy(ams.Vehicle.model_validate_json(row["facts"]), policy, row)
        size += len(one.model_dump_json())
        if found and size > LARGEST:
            break
        found.append(one)
    return found


def _with_policy(given: ams.Vehicle, policy: ams.Policy, row: asyncpg.Record) -> InsuredVehicle:
    numbers: dict[str, str] = json.loads(row["company_numbers"] or "{}")
    own = [*(one for one in policy.coverages if one.item in ("", given.id)), *given.coverages]
    return InsuredVehicle(
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
        company_number=numbers.get(given.state) or row["naic"] or "",
        named_insureds=policy.named_insureds or [row["account_name"]],
        excluded_drivers=[driver.name for driver in policy.drivers if driver.excluded],
        liability=coverages(one for one in own if one.code in LIABILITY),
        vehicle=vehicle(given).model_copy(update={"coverages": []}),
    )
