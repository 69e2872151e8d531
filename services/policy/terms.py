"""When a policy covers: the one place that decides it. A term runs from 12:01 a.m. to 12:01 a.m., local time."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from contracts.ams import PolicyStatus

from .statuses import ENDED, IN_FORCE

BEGINS = time(0, 1)


@dataclass(frozen=True)
class Term:
    """A term in UTC: from `starts_at` until just before `ends_at`; `covers` is False where the status is not known."""

    starts_at: datetime
    ends_at: datetime
    covers: bool

    def in_force_at(self, moment: datetime) -> bool:
        """Whether the policy covers this moment."""
        return self.covers and self.starts_at <= moment < self.ends_at


def term_of(
    status: PolicyStatus, effective: date, expiration: date, cancellation_on: date | None, zone: ZoneInfo
) -> Term:
    """The term of a policy.

    A pending cancellation does not shorten it, a confirmed one does; a policy that has ended without a day on which it
    did is never said to have covered.
    """
    starts_at = local(effective, zone)
    ends_at = max(starts_at, local(expiration, zone))
    if status in ENDED:
        if status is PolicyStatus.EXPIRED:
            return Term(starts_at, ends_at, covers=True)
        if cancellation_on is None:
            return Term(starts_at, starts_at, covers=False)
        return Term(starts_at, max(starts_at, min(ends_at, local(cancellation_on, zone))), covers=True)
    return Term(starts_at, ends_at, covers=status in IN_FORCE)


def local(day: date, zone: ZoneInfo) -> datetime:
    """12:01 a.m. of that day in that zone, in UTC."""
    return datetime.combine(day, BEGINS, zone).astimezone(UTC)


def zone_of(name: str, default: str) -> ZoneInfo:
    """The policy's own zone, else the agency's.

    Raises ValueError for a name that is not in the IANA database.
    """
    try:
        return ZoneInfo(name or default)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name or default!r} is not an IANA time zone") from None
