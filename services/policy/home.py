"""Home's share of the book: what is active, what renews, what is due, and what is about to be cancelled."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg

from contracts.ams import PolicyStatus
from contracts.policy.policies import HOME_NAMES, HomePolicies, HomePolicy
from kit.database import Transaction

from .freshness import PROMISED, judge
from .statuses import RENEWS
from .summaries import OF_ACCOUNT, SUMMARY, summary
from .terms import standing

RENEWS_WITHIN_DAYS = 45
DUE_WITHIN_DAYS = 30

# one round trip on the page that everybody opens: how fresh the data is, how many policies are past, and each active
# one; without any of these there is one row still
HOME = f"""
SELECT s.*, b.past, f.heard_at, f.changed_at, coalesce((g.details ->> 'feed_hours')::int, $2) AS hours
FROM (SELECT count(*) AS past {OF_ACCOUNT} AND {standing("t")} = 'past') b
LEFT JOIN ({SUMMARY},
           t.status = ANY($5) AND t.ends_at <= now() + make_interval(days => $3) AS renews,
           coalesce(p.next_due_on <= (now() + make_interval(days => $4))::date, false) AS is_due
           {OF_ACCOUNT} AND {standing("t")} = 'active') s ON true
LEFT JOIN feeds f ON f.agency = $6 LEFT JOIN agencies g ON g.id = $6
ORDER BY s.expiration, s.number, s.id
"""


async def home(account: UUID, tx: Transaction) -> HomePolicies:
    """What Home shows: active policies by renewal, with those that need a look."""
    renews = [status.value for status in RENEWS]
    rows = await tx.driver.fetch(HOME, account, PROMISED, RENEWS_WITHIN_DAYS, DUE_WITHIN_DAYS, renews, tx.agency)
    active = [row for row in rows if row["id"] is not None]
    due = sorted((row for row in active if row["is_due"]), key=lambda row: row["next_due_on"])
    fresh = judge(rows[0]["heard_at"], rows[0]["changed_at"], rows[0]["hours"], datetime.now(UTC))
    return HomePolicies(
        active=[HomePolicy(**_with_names(row)) for row in active],
        renewing=[row["id"] for row in active if row["renews"]],
        pending_cancellation=[row["id"] for row in active if row["status"] == PolicyStatus.PENDING_CANCELLATION],
        past=rows[0]["past"],
        due=[row["id"] for row in due],
        as_of=fresh.as_of,
        feed=fresh.feed,
    )


def _with_names(row: asyncpg.Record) -> dict[str, Any]:
    names = list(json.loads(row["vehicle_names"]).items())
    return {**summary(row), "vehicle_names": dict(names[:HOME_NAMES])}
