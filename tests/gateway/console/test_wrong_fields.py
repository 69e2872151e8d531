"""Forms of the console that come back: the first field that is wrong has the focus, and says itself what is wrong."""

import re

import pytest

from tests.identity.conftest import SLUG
from tests.identity.crew import Crew

from ..browsing import send
from ..conftest import Gateway
from ..test_wrong_fields import Fields
from .conftest import of
from .test_settings import typed

CONSOLE = f"/{SLUG}/console"
FORMS = {
    "/staff": ({"name": "Ann Agent", "email": "nobody", "role": "csr"}, "email"),
    "/systems": ({"name": "Not a name!", "scope": "ams:publish"}, "name"),
    "/settings/telling": ({"address": "nobody"}, "address"),
    "/settings": ({"do": "save", "email": "nobody", "feed_hours": "0", "website": "ftp://oakhill.example"}, "email"),
}
SETTINGS = (  # what is not right, where the page opens, and what is said there
    ({"name": ""}, "name", "Please fill this in."),
    ({"state": "T"}, "state", "Please enter the two letters of a state, for example TX."),
    ({"feed_hours": "0"}, "feed_hours", "Please check this."),
    ({"language_en": "", "language_es": "", "feed_hours": "0"}, "language_en", "Please choose at least one."),
    ({"language_es": "", "default_language": "es"}, "default_language", "Please choose one of the languages"),
)


@pytest.mark.parametrize("path", FORMS)
async def test_the_first_field_that_is_wrong_has_the_focus(crew: Crew, door: Gateway, path: str) -> None:
    values, first = FORMS[path]
    boss = await crew.hire("Boss")
    async with of(door, boss) as browser:
        page = await browser.get(CONSOLE + path)
        assert not [one for one in Fields(page.text).elements if "autofocus" in one]
        came_back = Fields((await send(browser, page, typed(page) | values, CONSOLE + path)).text)
    assert came_back.wrong[0].get("id") == first
    assert [one.get("id") for one in came_back.elements if "autofocus" in one] == [first]


async def test_a_setting_that_cannot_be_saved_says_so_beside_its_field(crew: Crew, door: Gateway) -> None:
    boss = await crew.hire("Boss")
    async with of(door, boss) as browser:
        for values, first, said in SETTINGS:
            page = await browser.get(f"{CONSOLE}/settings")
            sent = {
                name: value
                for name, value in (typed(page) | {"do": "save"} | values).items()
                if value or name in ("name",)
            }
            text = (await send(browser, page, sent, f"{CONSOLE}/settings")).text
            came_back = Fields(text)
            (here,) = [one for one in came_back.elements if "autofocus" in one]
            assert (here["name"], here["aria-invalid"]) == (first, "true")
            ids = {one.get("id") for one in came_back.elements}
            assert all(set((one.get("aria-describedby") or "").split()) <= ids for one in came_back.elements)
            (beside,) = re.findall(
                rf'<p class="told bad" id="{first.replace("_en", "s")}-told">.*?<span>(.*?)</span></p>', text
            )
            assert beside.startswith(said)


async def test_an_address_is_not_called_wrong_where_somebody_else_has_changed_the_settings(
    crew: Crew, door: Gateway
) -> None:
    boss, other = await crew.hire("Boss"), await crew.hire("Other")
    path = f"{CONSOLE}/settings/telling"
    async with of(door, boss) as browser, of(door, other) as elsewhere:
        page, theirs = await browser.get(path), await elsewhere.get(path)
        sent = typed(theirs) | {"address": "desk@oakhill.example"}
        assert (await send(elsewhere, theirs, sent, path)).status_code == 303
        outdated = await send(browser, page, typed(page) | {"address": "front@oakhill.example"}, path)
    assert outdated.status_code == 409
    assert Fields(outdated.text).wrong == [] and "told bad" not in outdated.text
