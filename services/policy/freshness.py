"""How fresh an agency's data is: when its system was last heard from, and whether that is as often as it promises."""

from datetime import UTC, datetime, timedelta

from contracts.policy.freshness import Freshness
from kit.database import Transaction

PROMISED = 24  # hours, where the agency has promised nothing else
OF_AGENCY = """
SELECT f.heard_at, f.changed_at, coalesce((a.details ->> 'feed_hours')::int, $2) AS hours
FROM (SELECT $1::uuid AS id) asked LEFT JOIN agencies a ON a.id = asked.id LEFT JOIN feeds f ON f.agency = asked.id
"""
HEARD = """
INSERT INTO feeds AS f (agency, heard_at, changed_at) VALUES ($1, now(), CASE WHEN $2 THEN now() END)
ON CONFLICT (agency) DO UPDATE SET heard_at = excluded.heard_at,
  changed_at = coalesce(excluded.changed_at, f.changed_at)
"""


def note_heard(tx: Transaction, *, changed: bool) -> None:
    """The agency's system was heard just now; `changed` if it said anything new."""
    tx.run_last(HEARD, tx.agency, changed)  # last: every batch of the agency writes the same row


async def freshness_of(tx: Transaction) -> Freshness:
    """How fresh the transaction's agency is."""
    row = await tx.driver.fetchrow(OF_AGENCY, tx.agency, PROMISED)
    assert row is not None
    return judge(row["heard_at"], row["changed_at"], row["hours"], datetime.now(UTC))


async def as_of(tx: Transaction) -> datetime | None:
    """When the agency's system was last heard from."""
    return (await freshness_of(tx)).as_of


def judge(heard_at: datetime | None, changed_at: datetime | None, hours: int, now: datetime) -> Freshness:
    """What it means when a system that promises a word every so many hours was heard and said something new then."""
    promised = timedelta(hours=hours)
    if heard_at is None:
        return Freshness(as_of=None, feed="never")
    if now - heard_at > promised:
        return Freshness(as_of=heard_at, feed="stale")
    is_new = changed_at is not None and now - changed_at <= promised
    return Freshness(as_of=heard_at, feed="fresh" if is_new else "quiet")
