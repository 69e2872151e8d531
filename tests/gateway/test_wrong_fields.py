"""Forms that come back: what is wrong has the focus first, and says so to those who do not see it."""

from html.parser import HTMLParser

import pytest

from gateway.rendering import Renderer

from .conftest import renderer as drawn
from .policy_samples import POLICY
from .portal_screens import SCREENS
from .test_rendering import draw


class Fields(HTMLParser):
    """The elements of a page, in order, and the texts of those that have an id."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[dict[str, str | None]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append({"tag": tag, **dict(attrs)})

    @property
    def wrong(self) -> list[dict[str, str | None]]:
        return [one for one in self.elements if one.get("aria-invalid") == "true"]


@pytest.fixture
def renderer() -> Renderer:
    return drawn()


RETURNED = [name for name in SCREENS if Fields(draw(drawn(), name)).wrong]


def test_there_are_forms_that_come_back() -> None:
    assert {"sign-in-refused", "holder-wrong", "holder-file-refused", "request-form-wrong"} <= set(RETURNED)


@pytest.mark.parametrize("name", RETURNED)
def test_the_first_field_that_is_wrong_has_the_focus(renderer: Renderer, name: str) -> None:
    page = Fields(draw(renderer, name))
    assert [one.get("id") for one in page.elements if "autofocus" in one] == [page.wrong[0].get("id")]


def test_a_policy_that_is_wrong_comes_before_the_fields_below_it(renderer: Renderer) -> None:
    page = Fields(draw(renderer, "request-form-wrong", policies=[POLICY]))
    assert [one.get("id") for one in page.elements if "autofocus" in one] == ["policy"] == [page.wrong[0].get("id")]


@pytest.mark.parametrize("name", RETURNED)
def test_a_field_that_is_wrong_names_what_says_so(renderer: Renderer, name: str) -> None:
    page = Fields(draw(renderer, name))
    ids = {one.get("id") for one in page.elements}
    for one in page.elements:
        told = (one.get("aria-describedby") or "").split()
        assert set(told) <= ids, one


def test_a_field_that_is_wrong_keeps_its_hint(renderer: Renderer) -> None:
    page = Fields(draw(renderer, "request-form-wrong"))
    (make,) = [one for one in page.elements if one.get("id") == "make"]
    assert make["aria-describedby"] == "make-told make-hint"
