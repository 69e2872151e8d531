"""The AMS's carriers, policies and heartbeats: the newest version of each wins, whatever the order of arrival."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from contracts import ams
from contracts.policy import PolicyChanged
from kit import telemetry
from kit.agencies import agency_details
from kit.bus import BadEvent, FeedEvent
from kit.database import Transaction
from kit.ids import new_id

from .statuses import status_of
from .terms import term_of, zone_of

KEEP_CARRIERS = """
INSERT INTO carriers AS c (id, agency, ams_id, version, deleted, name, naic, company_numbers, phone, claim_phone,
                           payment_url, claim_url, raw)
SELECT r.id, $2, r.ams_id, r.version, r.deleted, r.name, r.naic, r.company_numbers, r.phone, r.claim_phone,
       r.payment_url, r.claim_url, r.raw
FROM jsonb_to_recordset($1::jsonb) AS r(id uuid, ams_id text, version bigint, deleted boolean, name text, naic text,
     company_numbers jsonb, phone text, claim_phone text, payment_url text, claim_url text, raw jsonb)
ON CONFLICT (agency, ams_id) DO UPDATE SET version = excluded.version, deleted = excluded.deleted,
  name = excluded.name, naic = excluded.naic, company_numbers = excluded.company_numbers, phone = excluded.phone,
  claim_phone = excluded.claim_phone, payment_url = excluded.payment_url, claim_url = excluded.claim_url,
  raw = excluded.raw
WHERE excluded.version > c.version
RETURNING id
"""

KEEP_POLICIES = """
INSERT INTO policies AS p (id, agency, ams_id, version, deleted, account_ams_id, carrier_ams_id, number, line, status,
  raw_status, effective, expiration, starts_at, ends_at, covers, cancellation_on, description, premium, currency,
  term_months, billing, vehicle_names, raw)
SELECT r.id, $2, r.ams_id, r.version, r.deleted, r.account, r.carrier, r.number, r.line, r.status, r.raw_status,
  r.effective, r.expiration, r.starts_at, r.ends_at, r.covers, r.cancellation_on, r.description, r.premium, r.currency,
  r.term_months, r.billing, r.vehicle_names, r.raw
FROM jsonb_to_recordset($1::jsonb) AS r(id uuid, ams_id text, version bigint, deleted boolean, account text,
  carrier text, number text, line text, status text, raw_status text, effective date, expiration date,
  starts_at timestamptz, ends_at timestamptz, covers boolean, cancellation_on date, description text, premium numeric,
  currency text, term_months int, billing text, vehicle_names jsonb, raw jsonb)
ON CONFLICT (agency, ams_id) DO UPDATE SET version = excluded.version, deleted = excluded.deleted,
  account_ams_id = excluded.account_ams_id, carrier_ams_id = excluded.carrier_ams_id, number = excluded.number,
  line = excluded.line, status = excluded.status, raw_status = excluded.raw_status, effective = excluded.effective,
  expiration = excluded.expiration, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
  covers = excluded.covers, cancellation_on = excluded.cancellation_on, description = excluded.description,
  premium = excluded.premium, currency = excluded.currency, term_months = excluded.term_months,
  billing = excluded.billing, vehicle_names = excluded.vehicle_names, raw = excluded.raw
WHERE excluded.version > p.version
RETURNING id, account_ams_id, version, deleted, number, status, effective, expiration,
          CASE WHEN status = 'cancelled' THEN cancellation_on END AS cancellation_on
"""

# a deletion of a policy that we never saw is remembered with a version, so that a late older upsert stays out
GONE = ams.Policy(
    account="–",
    carrier="–",
    number="–",
    line="–",
    status="deleted",
    effective=date(1900, 1, 1),
    expiration=date(1900, 1, 1),
)


async def apply(events: Sequence[FeedEvent], tx: Transaction) -> None:
    """Applies a batch of one agency; older versions than what we have are superseded and counted.

    Raises BadEvent for a policy whose time zone does not exist.
    """
    agency = await agency_details(tx, tx.agency)
    default_zone = agency.time_zone if agency else "UTC"
    newest: dict[tuple[str, str], FeedEvent] = {}
    for event in events:
        known = newest.get((event.kind, event.ams_id))
        if known is None or event.version > known.version:
            newest[event.kind, event.ams_id] = event
    carriers = [_carrier(event) for event in newest.values() if event.kind == ams.Carrier.kind]
    policies = [_policy(event, default_zone) for event in newest.values() if event.kind == ams.Policy.kind]
    applied = len([event for event in events if event.kind == ams.Heartbeat.kind])
    if carriers:
        applied += len(await tx.driver.fetch(KEEP_CARRIERS, json.dumps(carriers), tx.agency))
    if policies:
        rows = await tx.driver.fetch(KEEP_POLICIES, json.dumps(policies), tx.agency)
        applied += len(rows)
        for row in rows:
            tx.tell(PolicyChanged(agency=tx.agency, policy=row["id"], **_facts(row)))
    await tx.driver.execute(
        "INSERT INTO feeds (agency, heard_at) VALUES ($1, now())"
        " ON CONFLICT (agency) DO UPDATE SET heard_at = excluded.heard_at",
        tx.agency,
    )
    telemetry.MESSAGES.labels("policy-ams", "superseded").inc(len(events) - applied)


def _facts(row: Any) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "id"}


def _carrier(event: FeedEvent) -> dict[str, Any]:
    data = event.data or ams.Carrier(name="–")
    known = {name: getattr(data, name) for name in ams.Carrier.model_fields}
    return {**known, **_envelope(event)}


def _policy(event: FeedEvent, default_zone: str) -> dict[str, Any]:
    data = event.data or GONE
    assert isinstance(data, ams.Policy)
    try:
        zone = zone_of(data.time_zone, default_zone)
    except ValueError as error:
        raise BadEvent("schema", f"{error}.", "/data/time_zone") from None
    status = status_of(data.status)
    term = term_of(status, data.effective, data.expiration, data.cancellation_on, zone)
    return {
        **data.model_dump(
            mode="json",
            include={
                "account",
                "carrier",
                "number",
                "line",
                "effective",
                "expiration",
                "cancellation_on",
                "description",
                "premium",
                "currency",
                "term_months",
                "billing",
            },
        ),
        "status": status.value,
        "raw_status": data.status,
        "starts_at": term.starts_at.isoformat(),
        "ends_at": term.ends_at.isoformat(),
        "covers": term.covers,
        "vehicle_names": {vehicle.id: vehicle_name(vehicle) for vehicle in data.vehicles},
        **_envelope(event),
    }


def vehicle_name(vehicle: ams.Vehicle) -> str:
    """2021 Honda CR-V."""
    return " ".join(part for part in (str(vehicle.year or ""), vehicle.make, vehicle.model) if part)


def _envelope(event: FeedEvent) -> dict[str, Any]:
    return {
        "id": str(new_id()),
        "ams_id": event.ams_id,
        "version": event.version,
        "deleted": event.deleted,
        "raw": event.raw,
    }
