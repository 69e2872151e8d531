"""Times of day as people read them, in the agency's time zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from contracts.identity.agencies import Language

LOCALES: dict[Language, str] = {"en": "en_US", "es": "es_US"}


def time_of_day(moment: datetime, zone: str, language: Language) -> str:
    """`3:42 PM CDT` or `3:42 p.m. CDT`; in UTC where the zone is not known."""
    local = _local(moment, zone)
    # Babel puts narrow no-break spaces inside, which texts cannot carry and old mail programs show as boxes
    clock = " ".join(format_time(local, "short", locale=LOCALES[language]).split())
    return f"{clock} {local.strftime('%Z')}".strip()


def day_and_time(moment: datetime, zone: str, language: Language) -> str:
    """`November 25, 2026, 3:42 PM CST`; in UTC where the zone is not known."""
    day = format_date(_local(moment, zone).date(), "long", locale=LOCALES[language])
    return f"{day}, {time_of_day(moment, zone, language)}"


def _local(moment: datetime, zone: str) -> datetime:
    try:
        return moment.astimezone(ZoneInfo(zone))
    except (LookupError, ValueError):
        return moment.astimezone(UTC)
