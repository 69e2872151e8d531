"""The card on paper: what must be readable on it is, in embedded fonts, on one page, and inside its borders."""

import io
from collections.abc import Iterator
from dataclasses import replace

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from reportlab.lib.colors import HexColor

from services.documents.id_cards.drawing import draw_sheet
from services.documents.id_cards.panels import STEPS
from services.documents.id_cards.states import NAMES, rule_of
from services.documents.id_cards.text import CardText
from services.documents.paper import colors, typesetting

from .facts import VIN, card

DRAWN = [state for state in NAMES if (rule := rule_of(state)) and not rule.refused]
LONG = (
    "The Great Southwestern Farmers and Ranchers Reciprocal Casualty and Indemnity Exchange of Rio Grande County, Inc."
)
MANY = tuple(f"Driver Number {number}" for number in range(200))


def words(pdf: bytes) -> str:
    """The page's text with every line break as a space."""
    reader = PdfReader(io.BytesIO(pdf))
    assert len(reader.pages) == 1
    return " ".join(reader.pages[0].extract_text().split())


def boxes(pdf: bytes) -> Iterator[tuple[str, float, float, float, float]]:
    """Every visible character with left, bottom, right and top in points."""
    document = pypdfium2.PdfDocument(pdf)
    text = document[0].get_textpage()
    for index in range(text.count_chars()):
        letter = text.get_text_range(index, 1)
        if letter.strip():
            yield letter, *text.get_charbox(index)
    text.close()
    document.close()


def assert_inside(pdf: bytes, text: CardText) -> None:
    """Nothing leaves the page, and nothing crosses an edge of the cards or their fold."""
    width, height = text.size[0] * 72, text.size[1] * 72
    left, top = 306 - width, 792 - 36 - 46
    for letter, west, south, east, north in boxes(pdf):
        assert 30 <= west <= east <= 582, letter
        assert 20 <= south <= north <= 770, letter
        for number in range(2):
            ceiling = top - number * (height + 20)
            if ceiling - height < (south + north) / 2 < ceiling:
                assert ceiling - height <= south <= north <= ceiling, letter
                assert west >= left, letter
                assert east <= 306 or west >= 306, letter
                assert east <= 306 + width, letter


@pytest.mark.parametrize("state", DRAWN)
def test_the_common_core_is_on_every_states_card_twice(state: str) -> None:
    text = card(state, excluded_drivers=["Robin Bell"])
    pdf = draw_sheet(text)
    read = words(pdf)
    for fact in (
        text.title.upper(),
        "Quillfeather Mutual Insurance Company",
        "(800) 555-0110",
        "(800) 555-0111",
        "99101",
        "QF-4471-20931",
        f"{text.effective:%m/%d/%Y} 12:01 a.m.",
        f"{text.expiration:%m/%d/%Y} 12:01 a.m.",
        "2021 Honda Civic EX",
        text.vin,
        "Patricia Rivera",
        "José Núñez Rivera",
        "1420 Juniper Street, Apt 3",
        "Austin, TX 78702",
        "Oakhill Insurance Agency",
        "(512) 555-0140",
        "Robin Bell",
        "Warning: excluded drivers are named on the other side.",
        *text.legend,
        *text.liability_limits,
        text.liability_kinds,
        text.carry,
        *STEPS,
    ):
        assert read.count(fact) >= 2 or not fact, fact
    assert_inside(pdf, text)


def test_the_whole_vin_is_not_where_six_characters_will_do() -> None:
    assert VIN not in words(draw_sheet(card("IL")))


def test_fonts_are_embedded_and_the_page_says_what_it_is() -> None:
    reader = PdfReader(io.BytesIO(draw_sheet(card())))
    fonts = reader.pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    for font in fonts.values():
        descriptor = font.get_object()["/FontDescriptor"].get_object()
        assert "/FontFile2" in descriptor
        assert "Roboto" in descriptor["/FontName"]
    assert reader.metadata is not None
    assert reader.metadata.title == "ID card: 2021 Honda Civic EX"
    assert reader.metadata.author == "Oakhill Insurance Agency"
    assert reader.trailer["/Root"]["/Lang"] == "en-US"  # type: ignore[index]
    assert [float(side) for side in reader.pages[0].mediabox] == [0, 0, 612, 792]


def test_the_same_words_give_the_same_bytes() -> None:
    assert draw_sheet(card()) == draw_sheet(card())
    assert draw_sheet(card()) != draw_sheet(card(policy_number="QF-1"))


@pytest.mark.parametrize("state", ["TX", "FL", "IL", "NM"])
def test_nothing_is_cut_off_however_long_it_is(state: str) -> None:
    text = replace(
        card(state, {"model": "Sprinter 3500XD High Roof Extended Crew Van"}, carrier=LONG, policy_number="A1" * 30),
        named_insureds=("Maximiliano Alejandro Featherstonehaugh-Castellanos", "W" * 40, "Guadalupe Esperanza Vega"),
        agency="Featherstonehaugh, Castellanos, Wolfeschlegel & Daughters Independent Insurance Agency",
        excluded_drivers=MANY[:25],
    )
    pdf = draw_sheet(text)
    assert_inside(pdf, text)
    read = words(pdf)
    assert read.count(LONG) >= 2
    assert read.replace(" ", "").count("A1" * 30) >= 2
    assert read.count("Maximiliano Alejandro Featherstonehaugh-Castellanos") == 2
    assert read.replace(" ", "").count("W" * 40) == 2
    assert all(read.count(f"{name},") == 2 for name in MANY[:24])


@pytest.mark.parametrize("state", ["TX", "FL"])
def test_more_names_than_a_card_holds_are_counted(state: str) -> None:
    text = card(state, excluded_drivers=list(MANY), named_insureds=[f"Insured Person {n} of Many" for n in range(20)])
    pdf = draw_sheet(text)
    read = words(pdf)
    assert "Excluded drivers (200): not covered" in read
    assert "more, named in the policy" in read
    assert "Driver Number 0" in read
    assert_inside(pdf, text)


def test_texas_is_set_in_ten_points_or_more() -> None:
    text = card("TX")
    front_is_left_of = 306
    document = pypdfium2.PdfDocument(draw_sheet(text))
    page = document[0].get_textpage()
    heights = [
        pypdfium2.raw.FPDFText_GetFontSize(page, index)
        for index in range(page.count_chars())
        if page.get_text_range(index, 1).strip()
        and page.get_charbox(index)[2] < front_is_left_of
        and 160 < page.get_charbox(index)[1] < 709
    ]
    page.close()
    document.close()
    assert len(heights) > 400
    assert min(heights) >= 10


def test_letters_that_the_font_lacks_are_seen_to_be_missing() -> None:
    read = words(draw_sheet(card(named_insureds=["Zoe\u0308 Łukasz Ωmega 中文 😀 \x00\u202e"])))
    assert f"Zoë Łukasz Ωmega {typesetting.UNKNOWN * 2} {typesetting.UNKNOWN}" in read


def test_what_the_agency_left_empty_is_left_out() -> None:
    bare = replace(card("OH", carrier_phone="", claim_phone=""), agency="\u200b", agency_phone="", address=())
    pdf = draw_sheet(bare)
    assert "QF-4471-20931" in words(pdf)
    assert_inside(pdf, bare)


@settings(deadline=None, max_examples=40)
@given(
    st.text(max_size=120), st.text(max_size=60), st.lists(st.text(max_size=120), max_size=20), st.sampled_from(DRAWN)
)
def test_whatever_the_agencys_system_says_is_drawn_on_one_page_inside_the_lines(
    name: str, number: str, people: list[str], state: str
) -> None:
    text = card(state, carrier=name, policy_number=number, named_insureds=people, excluded_drivers=people)
    pdf = draw_sheet(text)
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 1
    assert_inside(pdf, text)


@given(st.integers(0, 0xFFFFFF))
def test_any_brand_colour_can_be_read(value: int) -> None:
    color = f"#{value:06x}"
    background = HexColor(color)
    assert colors.contrast(colors.text_on(background), background) >= colors.READABLE
    assert colors.contrast(colors.readable(color), HexColor("#ffffff")) >= colors.READABLE


@given(st.text(max_size=300), st.floats(5, 300), st.integers(1, 5))
def test_fitted_text_stays_in_its_room(text: str, room: float, most: int) -> None:
    fitted = typesetting.fit(typesetting.clean(text), typesetting.BOLD, 10, 4, room, most)
    assert len(fitted.lines) <= most
    assert all(
        typesetting.width(line, typesetting.BOLD, fitted.size) <= room + 0.01 or len(line) <= 1 for line in fitted.lines
    )
