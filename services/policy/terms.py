"""When a policy covers: the one place that decides it. A term runs from 12:01 a.m. to 12:01 a.m., local time.

What `term_of` finds is kept beside each term; `in_force` and `standing` ask the same of it in SQL.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from contracts.ams import PolicyStatus

from .statuses import ENDED, IN_FORCE

BEGINS = time(0, 1)
# what is kept of every term, in the table of policies as in that of earlier terms
TERM = (
    *("version", "account_ams_id", "effective", "expiration", "starts_at", "ends_at", "covers", "status"),
    *("cancellation_on", "premium", "currency", "term_months", "vehicle_names", "raw"),
)
# of each term the newest version stays, so that the order in which events arrive makes no difference
NEWEST = (
    f"ON CONFLICT (agency, policy, effective) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in TERM)}"
    " WHERE excluded.version > t.version"
)
UNSHORTENED = frozenset({PolicyStatus.PENDING_CANCELLATION, PolicyStatus.REINSTATED})


@dataclass(frozen=True)
class Term:
    """A term in UTC: from `starts_at` until just before `ends_at`; `covers` is False where the status is not known."""

    starts_at: datetime
    ends_at: datetime
    covers: bool

    def in_force_at(self, moment: datetime) -> bool:
        """Whether the policy covers this moment."""
        return self.covers and self.starts_at <= moment < self.ends_at

    def in_force_on(self, day: date, zone: ZoneInfo) -> bool:
        """Whether the policy covers this day, which begins at 12:01 a.m. in the policy's own zone."""
        return self.in_force_at(local(day, zone))


def term_of(
    status: PolicyStatus, effective: date, expiration: date, cancellation_on: date | None, zone: ZoneInfo
) -> Term:
    """The term of a policy.

    A pending cancellation does not shorten it, and after a reinstatement the day of the earlier cancellation counts no
    more; with every other status a day of cancellation ends it. A policy that has ended without a day on which it did
    is never said to have covered.
    """
    starts_at = local(effective, zone)
    ends_at = max(starts_at, local(expiration, zone))
    if status in ENDED and status is not PolicyStatus.EXPIRED and cancellation_on is None:
        return Term(starts_at, starts_at, covers=False)
    if cancellation_on is not None and status not in UNSHORTENED:
        ends_at = max(starts_at, min(ends_at, local(cancellation_on, zone)))
    return Term(starts_at, ends_at, covers=status in IN_FORCE or status in ENDED)


def in_force(term: str, moment: str = "now()") -> str:
    """SQL: whether a row with a term's columns, under that alias, covers that moment."""
    return f"({term}.covers AND {term}.starts_at <= {moment} AND {moment} < {term}.ends_at)"


def standing(term: str, moment: str = "now()") -> str:
    """SQL: on which side of that moment the term lies: past, active or future."""
    return (
        f"CASE WHEN {term}.ends_at <= {moment} THEN 'past' WHEN {term}.starts_at > {moment} THEN 'future'"
        " ELSE 'active' END"
    )


@lru_cache(4096)  # the terms of a whole book begin and end on few days
def local(day: date, zone: ZoneInfo) -> datetime:
    """12:01 a.m. of that day in that zone, in UTC."""
    return datetime.combine(day, BEGINS, zone).astimezone(UTC)


def today_in(*zones: str) -> date:
    """Today in the first of these zones that there is; in UTC where there is none."""
    for name in zones:
        with suppress(ValueError):
            return datetime.now(zone_of(name, "")).date()
    return datetime.now(UTC).date()


def zone_of(name: str, default: str) -> ZoneInfo:
    """The policy's own zone, else the agency's.

    Raises ValueError for a name that is not in the IANA database.
    """
    try:
        return ZoneInfo(name or default)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name or default!r} is not an IANA time zone") from None
