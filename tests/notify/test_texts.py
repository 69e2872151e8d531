"""Texts fit one segment, whatever an agency is called, and fill in by themselves on phones."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.identity.agencies import Language
from services.notify.texts import GSM, SEGMENT, fit, plain
from services.notify.times import time_of_day
from services.notify.wording import Wording

WORDING = Wording("https://portal.example.com")


def text_for(agency: str, language: Language, host: str = "portal.example.com") -> str:
    moment = datetime(2026, 7, 4, 18, 5, tzinfo=UTC)

    def write(name: str) -> str:
        until = time_of_day(moment, "America/Chicago", language)
        return WORDING.text("identification_code", language, agency=name, code="482913", until=until, host=host)

    return fit(write, agency)


@given(st.text(max_size=120), st.sampled_from(["en", "es"]))
def test_any_agency_name_gives_one_segment(agency: str, language: Language) -> None:
    text = text_for(agency, language, host="client-portal.a-rather-long-agency-name.example.com")
    assert len(text) <= SEGMENT
    assert set(text) <= GSM
    assert text.count("482913") == 2
    assert text.splitlines()[-1] == "@client-portal.a-rather-long-agency-name.example.com #482913"


def test_an_english_text() -> None:
    assert text_for("Lakeside Insurance", "en") == (
        "482913 is your identification code for Lakeside Insurance, valid until 1:05 PM CDT. Do not share it.\n\n"
        "@portal.example.com #482913"
    )


def test_a_spanish_text_has_no_accents_that_cost_segments() -> None:
    text = text_for("Aseguradora Muñoz e Hijos, Línea Única", "es")
    assert "codigo de identificacion para Aseguradora Muñoz e Hijos, Linea Unica" in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [("Línea “Ágil” – niño", 'Linea "Agil" - niño'), ("a\u202fb", "a b"), ("日本 ok", " ok"), ("50 €", "50 ")],
)
def test_strange_characters_become_plain_ones(text: str, shown: str) -> None:
    assert plain(text) == shown


@pytest.mark.parametrize(
    ("zone", "language", "shown"),
    [
        ("America/Chicago", "en", "1:05 PM CDT"),
        ("America/Phoenix", "es", "11:05 a.m. MST"),
        ("Nowhere/At-All", "en", "6:05 PM UTC"),
        ("../etc/passwd", "en", "6:05 PM UTC"),
        ("", "en", "6:05 PM UTC"),
    ],
)
def test_times_are_the_agencys(zone: str, language: Language, shown: str) -> None:
    assert time_of_day(datetime(2026, 7, 4, 18, 5, tzinfo=UTC), zone, language) == shown
