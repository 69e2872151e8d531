"""What every list shows of a policy: the SQL that finds an account's policies, each in the term that covers today."""

import json
from typing import Any

import asyncpg

from contracts.policy.billing import PendingCancellation
from contracts.policy.money import Money

from .terms import TERM, in_force, standing

# an agency system that comes with the next term before it begins has not ended the one that runs: `e` is that one.
# What overlaps with the newest term was corrected or rewritten, and counts no more.
OF_ACCOUNT = f"""
FROM accounts a
JOIN policies p ON p.agency = a.agency AND p.account_ams_id = a.ams_id AND NOT p.deleted
LEFT JOIN LATERAL (
  SELECT * FROM policy_terms o WHERE p.starts_at > now() AND o.agency = p.agency AND o.policy = p.ams_id
    AND o.account_ams_id = p.account_ams_id AND o.ends_at <= p.starts_at AND {in_force("o")}
  ORDER BY o.effective DESC LIMIT 1) e ON true
CROSS JOIN LATERAL (
  SELECT {", ".join(f"CASE WHEN e.policy IS NULL THEN p.{name} ELSE e.{name} END AS {name}" for name in TERM)}) t
LEFT JOIN carriers c ON c.agency = p.agency AND c.ams_id = p.carrier_ams_id AND NOT c.deleted
WHERE a.id = $1 AND NOT a.deleted
"""
SUMMARY = f"""
SELECT p.id, p.number, p.line, coalesce(c.name, '') AS carrier, t.effective, t.expiration, t.status,
       {standing("t")} AS standing, {in_force("t")} AS in_force, t.cancellation_on, t.premium, t.currency,
       p.description, t.vehicle_names, p.next_due_on, p.next_due, p.pending
"""


def summary(row: asyncpg.Record) -> dict[str, Any]:
    """The fields of a PolicySummary."""
    currency = row["currency"]
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
        "premium": money(row["premium"], currency),
        "description": row["description"],
        "vehicles": len(json.loads(row["vehicle_names"])),
        "next_due_on": row["next_due_on"],
        "next_due": money(row["next_due"], currency),
        "pending_cancellation": _notice(row["pending"], currency) if row["standing"] != "past" else None,
    }


def money(amount: Any, currency: str) -> Money | None:
    """An amount where there is one."""
    return None if amount is None else Money(amount=amount, currency=currency)


def _notice(pending: str | None, currency: str) -> PendingCancellation | None:
    notice = json.loads(pending) if pending else None
    if notice is None:
        return None
    return PendingCancellation(on=notice["on"], reason=notice["reason"], amount=money(notice["amount"], currency))
