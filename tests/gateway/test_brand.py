"""Pages stay readable in any brand colour."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.brand import CANVAS, STRONG, TEXT, WHITE, brand_css, contrast, roles

from . import portal_samples as samples


@given(st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}"))
def test_any_brand_colour_gives_readable_pages(color: str) -> None:
    role = roles(color)
    assert role["brand"] == color
    assert contrast(role["on-brand"], role["brand"]) >= TEXT
    assert contrast(role["on-brand"], role["brand-edge"]) >= TEXT
    for ground in (WHITE, CANVAS, role["accent-soft"]):
        assert contrast(role["accent"], ground) >= TEXT
        assert contrast(role["accent-strong"], ground) >= STRONG
        assert contrast("#17202c", ground) >= STRONG  # ink
        assert contrast("#4d5a6b", ground) >= TEXT  # soft ink


def test_a_brand_colour_that_is_readable_is_left_alone() -> None:
    assert roles("#1d4f91")["accent"] == "#1d4f91"
    assert brand_css(samples.AGENCY).startswith(":root{--brand:#1d4f91;--on-brand:#ffffff;")


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
