"""Home's share of the book: what is active, what renews, what is due, and what is about to be cancelled."""

import json
from datetime import UTC, datetime
from uuid import UUID

from contracts.ams import PolicyStatus
from contracts.policy.policies import HomePolicies, HomePolicy
from kit.database import Transaction

from .freshness import PROMISED, freshness_of, judge
from .statuses import RENEWS
from .summaries import OF_ACCOUNT, SUMMARY, summary

RENEWS_WITHIN_DAYS = 45
DUE_WITHIN_DAYS = 30

# with how fresh the data is: one round trip fewer on the page that everybody opens
HOME = f"""
SELECT s.*, f.heard_at, f.changed_at, coalesce((g.details ->> 'feed_hours')::int, $2) AS hours
FROM ({SUMMARY}, p.agency,
      t.status = ANY($5) AND t.ends_at <= now() + make_interval(days => $3) AS renews,
      coalesce(p.next_due_on <= (now() + make_interval(days => $4))::date, false) AS is_due
      {OF_ACCOUNT}) s
LEFT JOIN feeds f ON f.agency = s.agency LEFT JOIN agencies g ON g.id = s.agency
ORDER BY s.expiration, s.number, s.id
"""


async def home(account: UUID, tx: Transaction) -> HomePolicies:
    """What Home shows: active policies by renewal, with those that need a look."""
    rows = await tx.driver.fetch(
        HOME, account, PROMISED, RENEWS_WITHIN_DAYS, DUE_WITHIN_DAYS, [status.value for status in RENEWS]
    )
    active = [row for row in rows if row["standing"] == "active"]
    due = sorted((row for row in active if row["is_due"]), key=lambda row: row["next_due_on"])
    now = datetime.now(UTC)
    fresh = judge(rows[0]["heard_at"], rows[0]["changed_at"], rows[0]["hours"], now) if rows else await freshness_of(tx)
    return HomePolicies(
        active=[HomePolicy(**summary(row), vehicle_names=json.loads(row["vehicle_names"])) for row in active],
        renewing=[row["id"] for row in active if row["renews"]],
        pending_cancellation=[row["id"] for row in active if row["status"] == PolicyStatus.PENDING_CANCELLATION],
        past=sum(row["standing"] == "past" for row in rows),
        due=[row["id"] for row in due],
        as_of=fresh.as_of,
        feed=fresh.feed,
    )
