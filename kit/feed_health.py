"""How an agency's feed is doing in one service: what came in the last day, what waits, what snapshots mended."""

import json

import nats.errors
import nats.js.errors
from nats.aio.client import Client

from contracts import ams
from contracts.feed_health import FeedHealth, KindCounts, SnapshotRun
from contracts.streams import feed_durable

from .database import Transaction

DAY = "SELECT * FROM feed_hours WHERE agency = $1 AND hour > now() - interval '24 hours'"
REFUSED = """
SELECT count(*) FILTER (WHERE q.caught_at > now() - interval '24 hours') AS refused,
       count(*) FILTER (WHERE q.replayed_at IS NULL) AS waiting
FROM quarantine q JOIN agencies a ON a.slug = q.agency AND a.id = $1 WHERE q.stream = 'AMS'
"""
LATEST = """
SELECT id, started_at, swept_at, complete, coalesce(counts, '{}'::jsonb) AS counts, found FROM snapshots
WHERE agency = $1 ORDER BY coalesce(started_at, swept_at) DESC NULLS FIRST LIMIT 5
"""


async def of_agency(service: str, client: Client, tx: Transaction) -> FeedHealth:
    """A service's part of the agency's feed; `in_line` is of all agencies, 0 while the bus does not say."""
    newest = await tx.driver.fetchrow(
        "SELECT heard_at, greatest(0, extract(epoch FROM heard_at - stored_at))::float8 AS delay FROM feed_hours"
        " WHERE agency = $1 ORDER BY heard_at DESC LIMIT 1",
        tx.agency,
    )
    beat_at = await tx.driver.fetchval(
        "SELECT max(heard_at) FROM feed_hours WHERE agency = $1 AND kind = $2", tx.agency, ams.Heartbeat.kind
    )
    caught = await tx.driver.fetchrow(REFUSED, tx.agency)
    assert caught is not None
    return FeedHealth(
        heard_at=newest["heard_at"] if newest else None,
        beat_at=beat_at,
        delay=newest["delay"] if newest else None,
        in_line=await _in_line(service, client),
        kinds=await _kinds(tx),
        refused=caught["refused"],
        waiting=caught["waiting"],
        snapshots=await _snapshots(tx),
    )


async def _kinds(tx: Transaction) -> list[KindCounts]:
    rows = await tx.driver.fetch(
        "SELECT kind, sum(applied)::bigint AS applied, sum(superseded)::bigint AS superseded"
        f" FROM ({DAY}) AS day GROUP BY kind ORDER BY kind",
        tx.agency,
    )
    return [KindCounts(**row) for row in rows]


async def _snapshots(tx: Transaction) -> list[SnapshotRun]:
    rows = await tx.driver.fetch(LATEST, tx.agency)
    return [
        SnapshotRun(**{**row, "counts": json.loads(row["counts"]), "found": json.loads(row["found"])}) for row in rows
    ]


async def _in_line(service: str, client: Client) -> int:
    try:
        info = await client.jsm(timeout=2).consumer_info("AMS", feed_durable(service))
    except (nats.errors.Error, nats.js.errors.Error, TimeoutError):
        return 0
    return (info.num_pending or 0) + (info.num_ack_pending or 0)
