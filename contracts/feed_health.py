"""How the agency's feed is doing: what came in the last day, what waits, and what snapshots have put right."""

from datetime import datetime

from .agency_requests import AdminRequest
from .kinds import Model


class KindCounts(Model):
    """Events of one kind in the last 24 hours: applied, or superseded by a newer version that was there already."""

    kind: str
    applied: int
    superseded: int


class SnapshotRun(Model):
    """A snapshot of the AMS's: `counts` as it ended, by kind; `found` the drift that it mended, and what staff kept.

    It is over (`swept_at`) once all of it was applied and the rest was swept, and then `complete`; or once a later one
    took its place.
    """

    id: str
    started_at: datetime | None
    swept_at: datetime | None
    complete: bool = True  # so an older service says of whatever is over
    counts: dict[str, int]
    found: dict[str, int]


class FeedHealth(Model):
    """A service's part of the feed, for one agency.

    `heard_at` is when anything was applied last and `beat_at` the last heartbeat (both of policy alone); `delay` how
    many seconds the newest event had waited on the bus; `in_line` how many events of all agencies wait for the
    service; `refused` what went into quarantine in the last 24 hours, `waiting` what still waits there.
    """

    heard_at: datetime | None
    beat_at: datetime | None
    delay: float | None
    in_line: int
    kinds: list[KindCounts]
    refused: int
    waiting: int
    snapshots: list[SnapshotRun]


class GetHealth(AdminRequest[FeedHealth], reads=True):
    """How the agency's feed is doing."""
