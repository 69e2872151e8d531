"""The words of agency systems: lines, interests, who bills; and numbers that pages show by their end."""

import pytest

from services.policy import lines, natures
from services.policy.billers import biller_of
from services.policy.lines import line_of
from services.policy.masks import end_of, without_numbers
from services.policy.natures import nature_of


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("AUTOP", "AUTOP"),
        ("autop", "AUTOP"),
        ("Personal Auto", "AUTOP"),
        ("Workers' Compensation", "WORK"),
        ("HO-3", "HOME"),
        ("G.L.", "CGL"),
        ("Pet", "Pet"),
    ],
)
def test_lines_of_business(word: str, code: str) -> None:
    assert line_of(word) == code


@pytest.mark.parametrize(
    ("word", "code"), [("MG", "MG"), ("mortgagee", "MG"), ("Loss Payee", "LP"), ("Uncle", "Uncle"), ("", "")]
)
def test_natures_of_interests(word: str, code: str) -> None:
    assert nature_of(word) == code


@pytest.mark.parametrize(
    ("words", "biller"),
    [
        (("A",), "agency"),
        (("P",), "company"),
        (("Agency_Bill_100",), "agency"),
        (("", "Premium Finance"), "finance"),
        (("0", "Direct"), "company"),
        (("",), "unknown"),
    ],
)
def test_who_bills(words: tuple[str, ...], biller: str) -> None:
    assert biller_of(*words) == biller


def test_no_word_means_two_things() -> None:
    for table in (lines.CODES, natures.CODES):
        words = [word for code, others in table.items() for word in {code.lower(), *others}]
        assert len(words) == len(set(words))


@pytest.mark.parametrize(
    ("number", "end"), [("TX-04471902", "•••• 1902"), ("12345", "••••"), ("", ""), ("  ", ""), ("123456", "•••• 3456")]
)
def test_the_end_of_a_number(number: str, end: str) -> None:
    assert end_of(number) == end


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Card 4111 1111 1111 1234", "Card •••• 1234"),
        ("Card 4111-1111-1111-1234 (Visa)", "Card •••• 1234 (Visa)"),
        ("Check 10418", "Check 10418"),
        ("Account 000123456789", "Account •••• 6789"),
    ],
)
def test_no_whole_card_number_stays_in_a_text(text: str, shown: str) -> None:
    assert without_numbers(text) == shown
