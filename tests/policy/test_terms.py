"""When a policy covers: 12:01 a.m. to 12:01 a.m. where the policy is, and never by a status that we do not know."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.ams import PolicyStatus
from services.policy.statuses import ENDED, IN_FORCE, status_of
from services.policy.terms import term_of, zone_of

ZONES = [ZoneInfo(name) for name in ("America/Chicago", "America/New_York", "Pacific/Honolulu", "America/Phoenix")]
# at midnight of some days clocks jump in these, so that 12:01 a.m. is not there or comes twice
JUMPING = [ZoneInfo(name) for name in ("America/Havana", "America/Santiago", "Asia/Beirut")]
days = st.dates(date(1990, 1, 1), date(2090, 1, 1))
zones = st.sampled_from(ZONES)
lengths = st.integers(1, 800)
CHICAGO = ZONES[0]


@given(days, lengths, zones, st.integers(-1000, 2000))
def test_cover_runs_from_a_minute_past_midnight_to_a_minute_past_midnight(
    effective: date, length: int, zone: ZoneInfo, offset: int
) -> None:
    expiration = effective + timedelta(days=length)
    term = term_of(PolicyStatus.ACTIVE, effective, expiration, None, zone)
    noon = datetime.combine(effective + timedelta(days=offset), datetime.min.time(), zone).replace(hour=12)
    assert term.in_force_at(noon.astimezone(UTC)) == (0 <= offset < length)


@given(days, lengths, zones, st.sampled_from(PolicyStatus), st.none() | days, st.datetimes(timezones=st.just(UTC)))
def test_nothing_outside_its_dates_is_ever_in_force(
    effective: date,
    length: int,
    zone: ZoneInfo,
    status: PolicyStatus,
    cancelled: date | None,
    moment: datetime,
) -> None:
    expiration = effective + timedelta(days=length)
    term = term_of(status, effective, expiration, cancelled, zone)
    if term.in_force_at(moment):
        local = (moment - timedelta(minutes=1)).astimezone(zone).date()
        assert effective <= local < expiration
        assert status in IN_FORCE or status in ENDED
        if status is PolicyStatus.CANCELLED:
            assert cancelled is not None
            assert local < cancelled


@given(days, lengths, st.sampled_from(ZONES + JUMPING), st.integers(-3, 3))
def test_it_is_in_force_on_the_days_from_its_first_to_the_one_before_its_last(
    effective: date, length: int, zone: ZoneInfo, offset: int
) -> None:
    expiration = effective + timedelta(days=length)
    term = term_of(PolicyStatus.ACTIVE, effective, expiration, None, zone)
    assert term.in_force_on(effective + timedelta(days=offset), zone) == (0 <= offset < length)
    assert term.in_force_on(expiration - timedelta(days=offset), zone) == (0 < offset <= length)


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2026, 3, 8), 23),  # clocks go forward in the United States
        (date(2026, 11, 1), 25),  # and back
        (date(2026, 6, 1), 24),
    ],
)
def test_a_day_of_cover_is_as_long_as_the_day(day: date, hours: int) -> None:
    term = term_of(PolicyStatus.ACTIVE, day, day + timedelta(days=1), None, CHICAGO)
    assert term.ends_at - term.starts_at == timedelta(hours=hours)


@given(days, lengths, zones, st.sampled_from(PolicyStatus), days, st.integers(-3, 3))
def test_a_day_of_cancellation_ends_it_unless_it_is_pending_or_was_taken_back(
    effective: date, length: int, zone: ZoneInfo, status: PolicyStatus, cancelled: date, offset: int
) -> None:
    expiration, day = effective + timedelta(days=length), cancelled + timedelta(days=offset)
    term = term_of(status, effective, expiration, cancelled, zone)
    stays = status in (PolicyStatus.PENDING_CANCELLATION, PolicyStatus.REINSTATED)
    within = effective <= day < expiration and (stays or day < cancelled)
    assert term.in_force_on(day, zone) == (within and status is not PolicyStatus.UNKNOWN)


@pytest.mark.parametrize("status", [PolicyStatus.UNKNOWN])
@given(days, lengths, zones, lengths)
def test_a_status_that_we_do_not_know_never_covers(
    status: PolicyStatus, effective: date, length: int, zone: ZoneInfo, offset: int
) -> None:
    term = term_of(status, effective, effective + timedelta(days=length), None, zone)
    assert not term.in_force_at(term.starts_at + timedelta(days=offset % length))


def test_midnight_itself_belongs_to_the_day_before() -> None:
    term = term_of(PolicyStatus.ACTIVE, date(2026, 6, 1), date(2027, 6, 1), None, CHICAGO)
    assert not term.in_force_at(datetime(2026, 6, 1, 0, 0, 59, tzinfo=CHICAGO).astimezone(UTC))
    assert term.in_force_at(datetime(2026, 6, 1, 0, 1, tzinfo=CHICAGO).astimezone(UTC))
    assert term.in_force_at(datetime(2027, 6, 1, 0, 0, 59, tzinfo=CHICAGO).astimezone(UTC))
    assert not term.in_force_at(datetime(2027, 6, 1, 0, 1, tzinfo=CHICAGO).astimezone(UTC))


def test_a_pending_cancellation_covers_and_a_confirmed_one_ends_it() -> None:
    effective, expiration, cancelled = date(2026, 1, 1), date(2027, 1, 1), date(2026, 7, 1)
    after = datetime(2026, 8, 1, tzinfo=UTC)
    before = datetime(2026, 6, 1, tzinfo=UTC)
    pending = term_of(PolicyStatus.PENDING_CANCELLATION, effective, expiration, cancelled, CHICAGO)
    confirmed = term_of(PolicyStatus.CANCELLED, effective, expiration, cancelled, CHICAGO)
    undated = term_of(PolicyStatus.CANCELLED, effective, expiration, None, CHICAGO)
    assert pending.in_force_at(after)
    assert confirmed.in_force_at(before)
    assert not confirmed.in_force_at(after)
    assert not undated.in_force_at(before)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Active", PolicyStatus.ACTIVE),
        ("In Force", PolicyStatus.ACTIVE),
        ("Pending Cancel", PolicyStatus.PENDING_CANCELLATION),
        ("pending_cancellation", PolicyStatus.PENDING_CANCELLATION),
        ("Canceled", PolicyStatus.CANCELLED),
        ("Non-Renewal", PolicyStatus.NON_RENEWED),
        ("Quoted?", PolicyStatus.UNKNOWN),
        ("", PolicyStatus.UNKNOWN),
    ],
)
def test_the_words_of_agency_systems_are_mapped_and_others_are_unknown(word: str, status: PolicyStatus) -> None:
    assert status_of(word) is status


@pytest.mark.parametrize("name", ["Texas", "../etc/passwd", "America/Nowhere", "UTC\x00"])
def test_a_zone_that_does_not_exist_is_named(name: str) -> None:
    with pytest.raises(ValueError, match="is not an IANA time zone"):
        zone_of(name, "America/Chicago")
