"""The AMS's policies, with the term that decides when each covers."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from contracts import ams
from kit.bus import BadEvent, FeedEvent
from kit.entities import Entities
from services.policy.insured import vehicle_name
from services.policy.lines import line_of
from services.policy.statuses import standing_of
from services.policy.terms import term_of, zone_of

POLICIES = Entities(
    ams.Policy.kind,
    "policies",
    {
        "account_ams_id": "text",
        "carrier_ams_id": "text",
        "writing_carrier_ams_id": "text",
        "number": "text",
        "line": "text",
        "raw_line": "text",
        "status": "text",
        "raw_status": "text",
        "effective": "date",
        "expiration": "date",
        "starts_at": "timestamptz",
        "ends_at": "timestamptz",
        "covers": "boolean",
        "cancellation_on": "date",
        "description": "text",
        "premium": "numeric",
        "currency": "text",
        "term_months": "int",
        "billing": "text",
        "vehicle_names": "jsonb",
        "renews": "text",
        "next_due_on": "date",
        "next_due": "numeric",
        "pending": "jsonb",
    },
    "id, account_ams_id, version, clock_timestamp() AS changed_at, number, status, effective, expiration,"
    " CASE WHEN status = 'cancelled' THEN cancellation_on END AS cancellation_on",
)
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


def row_of(event: FeedEvent, default_zone: str) -> Mapping[str, Any]:
    """A policy's columns; raises BadEvent for a time zone that does not exist."""
    data = event.data or GONE
    assert isinstance(data, ams.Policy)
    try:
        zone = zone_of(data.time_zone, default_zone)
    except ValueError as error:
        raise BadEvent("schema", f"{error}.", "/data/time_zone") from None
    notice = data.pending_cancellation
    status = standing_of(data.status, notice=notice is not None)
    cancellation_on = data.cancellation_on or (notice.on if notice else None)
    term = term_of(status, data.effective, data.expiration, cancellation_on, zone)
    return {
        **POLICIES.of(data),
        "account_ams_id": data.account,
        "carrier_ams_id": data.carrier,
        "writing_carrier_ams_id": data.writing_carrier,
        "line": line_of(data.line),
        "raw_line": data.line,
        "status": status,
        "raw_status": data.status,
        "starts_at": term.starts_at,
        "ends_at": term.ends_at,
        "covers": term.covers,
        "cancellation_on": cancellation_on,
        "pending": notice,
        "vehicle_names": {vehicle.id: vehicle_name(vehicle) for vehicle in data.vehicles},
    }
