"""VINs: form and check digit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.documents.id_cards import vins

PERMITTED = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
REAL = ("1HGCM82633A004352", "1M8GDM9AXKP042788", "5GZCZ43D13S812715", "11111111111111111")


@pytest.mark.parametrize("vin", REAL)
def test_a_vin_with_its_check_digit_may_go_on_a_card(vin: str) -> None:
    assert vins.problem(vin, 2003) is None


@pytest.mark.parametrize("vin", ["", "1HGCM82633A00435", "004352"])
def test_a_short_vin_is_incomplete(vin: str) -> None:
    assert vins.problem(vin, 2003) == "vin_incomplete"


@pytest.mark.parametrize(
    "vin",
    [
        "1HGCM82633A0043520",  # 18
        "1HGCM82633A00435O",  # the letter O
        "IHGCM82633A004352",  # the letter I
        "1QGCM82633A004352",  # the letter Q
        "1HGCM82633A00435é",
        "1HGCM82633A00435\N{ARABIC-INDIC DIGIT TWO}",
        "1HGCM82633A004325",  # two digits exchanged
    ],
)
def test_a_vin_that_cannot_be_right_is_wrong(vin: str) -> None:
    assert vins.problem(vin, 2003) == "vin_wrong"


def test_before_1981_any_number_will_do() -> None:
    assert vins.problem("6T07C123456", 1966) is None
    assert vins.problem("6T07C123456", 1981) == "vin_incomplete"
    assert vins.problem("", 1966) == "vin_incomplete"
    assert vins.problem("see title", 1966) == "vin_wrong"


def test_people_write_vins_with_spaces_hyphens_and_small_letters() -> None:
    assert vins.normalize(" 1hgcm-82633 a004352\n") == "1HGCM82633A004352"


@given(st.text(PERMITTED, min_size=17, max_size=17), st.sampled_from("0123456789X"))
def test_of_eleven_check_digits_exactly_one_is_right(vin: str, written: str) -> None:
    right = vins.check_digit(vin)
    assert right in "0123456789X"
    assert vins.problem(f"{vin[:8]}{right}{vin[9:]}", 2020) is None
    assert (vins.problem(f"{vin[:8]}{written}{vin[9:]}", 2020) is None) == (written == right)


@given(st.text(PERMITTED, min_size=17, max_size=17), st.integers(0, 16), st.integers(1, 9))
def test_one_misread_digit_is_always_found(vin: str, place: int, by: int) -> None:
    vin = f"{vin[:8]}{vins.check_digit(vin)}{vin[9:]}"
    if vin[place].isdigit() and place != vins.CHECK_AT:
        misread = str((int(vin[place]) + by) % 10)
        assert vins.problem(f"{vin[:place]}{misread}{vin[place + 1 :]}", 2020) == "vin_wrong"


@given(st.text(max_size=40), st.integers(1900, 2100))
def test_whatever_is_written_there_is_an_answer(vin: str, year: int) -> None:
    assert vins.problem(vins.normalize(vin), year) in (None, "vin_incomplete", "vin_wrong")
