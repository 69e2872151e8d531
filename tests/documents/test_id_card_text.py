"""What is written on a card, and the states' rules behind it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.ids import new_id
from services.documents.accounts import Holder
from services.documents.id_cards.states import NAMES, OWN_RULES, rule_of
from services.documents.id_cards.text import period

from .facts import VIN, card

DAYS = st.dates(date(2000, 1, 1), date(2090, 1, 1))


def test_every_state_has_a_rule_with_its_source() -> None:
    assert len(NAMES) == 51
    assert set(OWN_RULES) <= set(NAMES)
    for state in NAMES:
        rule = rule_of(state)
        assert rule is not None
        assert rule.title
        assert rule.source
        assert 3.5 <= rule.size[0] <= 3.75  # two beside one another fit on a page
        assert 2.25 <= rule.size[1] <= 4


@pytest.mark.parametrize("state", ["", "XX", "tx", "PR"])
def test_what_is_no_state_has_no_rule(state: str) -> None:
    assert rule_of(state) is None


@pytest.mark.parametrize(
    ("state", "label", "written"),
    [("TX", "VIN", VIN), ("NJ", "VIN", VIN), ("OH", "VIN", VIN), ("IL", "VIN, last six", "004352")],
)
def test_the_state_decides_how_much_of_the_vin_shows(state: str, label: str, written: str) -> None:
    text = card(state)
    assert (text.vin_label, text.vin) == (label, written)


def test_texas_shows_limits_and_florida_kinds_of_liability() -> None:
    assert card("TX").liability_limits == (
        "Bodily injury liability: $100,000 each person, $300,000 each accident",
        "Property damage liability: $50,000 each accident",
    )
    assert card("FL").liability_kinds == "Bodily injury liability, Property damage liability"
    assert card("OH").liability_limits == ()
    assert card("OH").liability_kinds == ""


def test_illinois_disclaimer_is_word_for_word() -> None:
    assert card("IL").legend == (
        "Examine policy exclusions carefully. This form does not constitute any part of your insurance policy.",
    )


def test_names_come_from_the_policy_or_else_from_the_account() -> None:
    assert card(named_insureds=["Pat Rivera"]).named_insureds == ("Pat Rivera",)
    assert card(named_insureds=[]).named_insureds == ("Rivera household",)


def test_an_address_is_whole_or_not_there() -> None:
    assert Holder("1", "A", "1 Elm St", "Reno", "NV", "89501").address == ("1 Elm St", "Reno, NV 89501")
    assert Holder("1", "A", "1 Elm St", "Reno", "", "").address == ("1 Elm St", "Reno")
    assert Holder("1", "A", "", "Reno", "NV", "89501").address == ()
    assert Holder("1", "A", "1 Elm St", "", "", "").address == ()


def test_the_digest_changes_with_every_word_and_only_with_words() -> None:
    assert card().digest() == card(policy=new_id(), in_force=True).digest()
    others = [card(policy_number="QF-1"), card(excluded_drivers=["Robin"]), card("OH"), card(claim_phone="")]
    assert len({text.digest() for text in (card(), *others)}) == 5


def test_delaware_cards_are_good_for_six_months_of_a_year() -> None:
    year = (date(2026, 6, 1), date(2027, 6, 1))
    assert period(*year, 6, date(2026, 11, 30)) == (date(2026, 6, 1), date(2026, 12, 1))
    assert period(*year, 6, date(2026, 12, 1)) == (date(2026, 12, 1), date(2027, 6, 1))
    assert period(*year, None, date(2026, 12, 1)) == year
    assert period(date(2026, 8, 31), date(2027, 8, 31), 6, date(2027, 3, 1)) == (date(2027, 2, 28), date(2027, 8, 31))


@given(DAYS, st.integers(1, 1500), st.integers(0, 1500), st.integers(1, 24))
def test_a_card_never_promises_more_than_the_term(begins: date, days: int, after: int, longest: int) -> None:
    ends = begins + timedelta(days=days)
    today = min(begins + timedelta(days=after), ends - timedelta(days=1))
    first, last = period(begins, ends, longest, today)
    assert begins <= first <= today < last <= ends
    assert (last - first).days <= longest * 31
