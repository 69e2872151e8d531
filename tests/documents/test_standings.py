"""Whether a card still holds: cancellations, reinstatements, the end of a term, and the order of what is heard."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from contracts.ams import PolicyStatus
from contracts.documents.vault import ReadContent
from contracts.identity.agencies import AgencyChanged
from contracts.policy.policies import PoliciesChanged
from kit.ids import new_id
from services.documents.agency_days import day_in
from services.documents.standings import void_on

from .conftest import Household, Office, on_the_road, policy_changed
from .facts import AGENCY, insured

YESTERDAY = datetime.now(UTC).date() - timedelta(days=2)
LATER = datetime.now(UTC).date() + timedelta(days=9)


async def holds(office: Office, house: Household, document: Any) -> bool:
    return (await office.gateway.ask(ReadContent(document=document.id), house.signed())).document.current


async def test_only_a_confirmed_and_effective_cancellation_voids_and_a_reinstatement_restores(office: Office) -> None:
    house = await office.household()
    facts = on_the_road()
    card = await office.issue(house, facts)
    for version, status, day, expected in (
        (1, PolicyStatus.ACTIVE, None, True),
        (2, PolicyStatus.PENDING_CANCELLATION, None, True),
        (3, PolicyStatus.PENDING_CANCELLATION, YESTERDAY, True),
        (4, PolicyStatus.CANCELLED, LATER, True),
        (5, PolicyStatus.CANCELLED, YESTERDAY, False),
        (6, PolicyStatus.REINSTATED, YESTERDAY, True),
        (7, PolicyStatus.CANCELLED, None, False),
        (8, PolicyStatus.ACTIVE, None, True),
    ):
        await office.tell(policy_changed(house, facts, version, status=status, cancellation_on=day))
        assert await holds(office, house, card) is expected, version


async def test_the_newest_word_of_a_policy_counts_whatever_the_order(office: Office) -> None:
    house = await office.household()
    facts = on_the_road()
    card = await office.issue(house, facts)
    cancelled = {"status": PolicyStatus.CANCELLED, "cancellation_on": YESTERDAY}
    now = datetime.now(UTC)
    await office.tell(policy_changed(house, facts, 5, changed_at=now, status=PolicyStatus.REINSTATED))
    await office.tell(policy_changed(house, facts, 4, changed_at=now + timedelta(seconds=1), **cancelled))
    await office.tell(policy_changed(house, facts, 5, changed_at=now - timedelta(seconds=1), **cancelled))
    assert await holds(office, house, card)


async def test_what_a_snapshot_swept_is_gone_though_it_keeps_its_version(office: Office) -> None:
    house = await office.household()
    facts = on_the_road()
    card = await office.issue(house, facts)
    await office.tell(policy_changed(house, facts, 5))
    await office.tell(policy_changed(house, facts, 5, deleted=True))
    assert not await holds(office, house, card)


async def test_one_event_tells_of_many_policies(office: Office) -> None:
    house = await office.household()
    driven = [on_the_road(), on_the_road()]
    cards = [await office.issue(house, facts) for facts in driven]
    told = [
        policy_changed(house, driven[0], 1, deleted=True),
        policy_changed(house, driven[1], 2),
        policy_changed(house, driven[0], 2),  # the same one once more, newer
        policy_changed(house, driven[1], 3, deleted=True),
    ]
    changed = [policy for event in told for policy in event.policies]
    await office.tell(PoliciesChanged(agency=house.agency, policies=changed))
    assert [await holds(office, house, card) for card in cards] == [True, False]


async def test_a_policy_that_is_gone_or_moved_takes_its_cards_along(office: Office) -> None:
    house = await office.household()
    facts = on_the_road()
    card = await office.issue(house, facts)
    await office.tell(policy_changed(house, facts, 1, account_ams_id="a-9"))
    assert not await holds(office, house, card)
    await office.tell(policy_changed(house, facts, 2))
    assert await holds(office, house, card)
    await office.tell(policy_changed(house, facts, 3, deleted=True))
    assert not await holds(office, house, card)


async def test_another_agencys_cancellation_does_not_touch_it(office: Office) -> None:
    house, elsewhere = await office.household(), await office.household("riverside")
    facts = on_the_road()
    card = await office.issue(house, facts)
    await office.tell(policy_changed(elsewhere, facts, 9, status=PolicyStatus.CANCELLED, cancellation_on=YESTERDAY))
    assert await holds(office, house, card)


async def test_a_card_ends_with_its_term_in_the_agencys_time_zone(office: Office) -> None:
    house = await office.household()
    card = await office.issue(house, on_the_road())
    late = (datetime.now(UTC) + timedelta(hours=14)).date()  # it is already this day on Kiritimati, at the latest now
    await office.logins.fetch("UPDATE documents SET ends_on = $1", late)
    details = AGENCY.model_copy(update={"time_zone": "Pacific/Kiritimati"})
    await office.tell(AgencyChanged(agency=house.agency, version=2, details=details))
    assert not await holds(office, house, card)
    details = AGENCY.model_copy(update={"time_zone": "Pacific/Pago_Pago"})  # 25 hours behind: still the day before
    await office.tell(AgencyChanged(agency=house.agency, version=3, details=details))
    assert await holds(office, house, card)


@pytest.mark.parametrize(
    ("status", "day", "expected"),
    [
        (PolicyStatus.CANCELLED, date(2026, 9, 1), date(2026, 9, 1)),
        (PolicyStatus.CANCELLED, None, date(2026, 6, 1)),
        (PolicyStatus.REWRITTEN, date(2026, 9, 1), date(2026, 9, 1)),
        (PolicyStatus.REWRITTEN, None, None),
        (PolicyStatus.PENDING_CANCELLATION, date(2026, 9, 1), None),
        (PolicyStatus.REINSTATED, date(2026, 9, 1), None),
        (PolicyStatus.UNKNOWN, None, None),
    ],
)
def test_the_first_day_without_cover(status: PolicyStatus, day: date | None, expected: date | None) -> None:
    (policy,) = policy_changed(
        Household(new_id(), "oakhill"), insured(), 1, status=status, cancellation_on=day
    ).policies
    assert void_on(policy) == expected


def test_a_time_zone_that_nobody_knows_is_utc() -> None:
    night = datetime(2026, 11, 23, 3, tzinfo=UTC)
    assert day_in("America/Chicago", night) == date(2026, 11, 22)
    for unknown in ("Mars/Olympus", "../etc/passwd", "", None):
        assert day_in(unknown, night) == date(2026, 11, 23)
