"""Which day it is for an agency."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def day_in(time_zone: str | None, moment: datetime) -> date:
    """The day at this moment in an IANA time zone; in UTC where the name is not known."""
    try:
        return moment.astimezone(ZoneInfo(time_zone or "UTC")).date()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return moment.astimezone(UTC).date()
