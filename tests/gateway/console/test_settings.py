"""The settings in the console: a field for everything that an agency may say, and a clear no to everything else."""

import re

import httpx

from contracts.identity.agencies import AgencyDetails, SignInMethods
from contracts.identity.settings import GetSettings, SettingsChange, SignInChange
from contracts.identity.telling import Action, Told, ToldChange, WhoIsTold, WhoIsToldChange
from gateway.api.settings import SettingsPatch, SignInPatch, ToldPatch, WhoIsToldPatch
from tests.identity.conftest import SLUG
from tests.identity.crew import Crew

from ..browsing import send
from ..conftest import Gateway
from .conftest import of

SETTINGS = f"/{SLUG}/console/settings"
# the short name is fixed for life, the operator says what is a demo, and a Google client comes from its own page
NOT_FOR_AGENCIES = {"slug", "demo", "google"}
WITH_GOOGLE = {"gmail", "google_accounts"}  # they mean nothing without a client there


def named(page: httpx.Response) -> set[str]:
    return set(re.findall(r'<(?:input|select)[^>]* name="([^"]+)"', page.text))


def typed(page: httpx.Response) -> dict[str, str]:
    """What the page would send as it is."""
    inputs = re.findall(r'<input(?! type="checkbox")[^>]* name="(\w+)"[^>]* value="([^"]*)"', page.text)
    selects = re.findall(r'<select id="(\w+)".*?<option(?: value="([^"]*)")? selected>([^<]*)', page.text, re.DOTALL)
    ticked = re.findall(r'name="(\w+)" value="yes" checked', page.text)
    return {**dict(inputs), **{name: value or words for name, value, words in selects}, **dict.fromkeys(ticked, "yes")}


def test_what_is_told_of_an_agency_can_be_changed_everywhere() -> None:
    assert AgencyDetails.model_fields.keys() - NOT_FOR_AGENCIES == SettingsChange.model_fields.keys()
    assert SettingsPatch.model_fields.keys() == SettingsChange.model_fields.keys() | {"version"}
    assert SignInMethods.model_fields.keys() == SignInChange.model_fields.keys() == SignInPatch.model_fields.keys()
    assert WhoIsTold.model_fields.keys() == WhoIsToldChange.model_fields.keys() == WhoIsToldPatch.model_fields.keys()
    assert Told.model_fields.keys() == ToldChange.model_fields.keys() == ToldPatch.model_fields.keys()


async def test_every_setting_has_a_field(crew: Crew, door: Gateway) -> None:
    boss = await crew.hire("Boss")
    async with of(door, boss) as browser:
        page = await browser.get(SETTINGS)
        plain = SettingsChange.model_fields.keys() - {"languages", "sign_in", "who_is_told"}
        wanted = plain | {"language_en", "language_es"} | SignInChange.model_fields.keys()
        assert wanted - WITH_GOOGLE <= named(page)
        clients = await browser.get(f"{SETTINGS}/openid")
        google = {"client_id": "portal", "secret": "s", "insureds": "yes"}
        assert (await send(browser, clients, google, f"{SETTINGS}/openid/google")).status_code == 303
        assert wanted <= named(await browser.get(SETTINGS))
        telling = await browser.get(f"{SETTINGS}/telling")
        ways = {f"{action.value.replace('-', '_')}.{way}" for action in Action for way in Told.model_fields}
        assert {"address", *ways} <= named(telling)


async def test_an_admin_says_how_often_the_agencys_system_is_heard_from(crew: Crew, door: Gateway) -> None:
    boss = await crew.hire("Boss")
    async with of(door, boss) as browser:
        page = await browser.get(SETTINGS)
        assert 'id="feed_hours" name="feed_hours" type="number" inputmode="numeric" min="1" max="168"' in page.text
        sent = typed(page) | {"do": "save"}
        for wrong in ("0", "169", "", "a day", "9" * 5000):
            refused = await send(browser, page, sent | {"feed_hours": wrong}, SETTINGS)
            assert refused.status_code == 409
            assert 'aria-describedby="feed_hours-note settings-error" aria-invalid="true"' in refused.text
        assert (await send(browser, page, sent | {"feed_hours": "48"}, SETTINGS)).status_code == 303
        after = (await boss.ask(GetSettings())).details
        assert after == AgencyDetails(**crew.identity.agency.model_dump() | {"feed_hours": 48})


async def test_settings_of_no_version_are_no_form_of_ours(crew: Crew, door: Gateway) -> None:
    boss = await crew.hire("Boss")
    async with of(door, boss) as browser:
        page = await browser.get(SETTINGS)
        sent = typed(page) | {"do": "save"}
        del sent["version"]
        for version in ({}, {"version": ""}, {"version": "one"}, {"version": "9" * 5000}):
            assert (await send(browser, page, sent | version, SETTINGS)).status_code == 403


async def test_a_color_that_is_none_has_no_preview(door: Gateway) -> None:
    async with door.browser() as anybody:
        for color in ("", "12345", "red;}*{display:none}", "é" * 6, "%23123456", "١٢٣٤٥٦"):
            assert (await anybody.get(f"{SETTINGS}/preview.css?color={color}")).status_code == 404
        good = await anybody.get(f"{SETTINGS}/preview.css?color=1D4F91")
        assert (good.status_code, good.text[:9]) == (200, ".preview{")
