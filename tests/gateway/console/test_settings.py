"""The settings in the console: a field for everything that an agency may say, and a clear no to everything else."""

import re
from html import unescape

import httpx

from contracts.identity.agencies import AgencyDetails, SignInMethods
from contracts.identity.settings import ChangeSettings, GetSettings, SettingsChange, SignInChange
from contracts.identity.telling import Action, Told, ToldChange, WhoIsTold, WhoIsToldChange
from gateway.api.settings import SettingsPatch, SignInPatch, ToldPatch, WhoIsToldPatch
from tests.identity.conftest import SLUG
from tests.identity.crew import Crew

from ..browsing import fields, send
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
            assert 'aria-describedby="feed_hours-told feed_hours-note" aria-invalid="true"' in refused.text
        assert (await send(browser, page, sent | {"feed_hours": "48"}, SETTINGS)).status_code == 303
        after = (await boss.ask(GetSettings())).details
        assert after == AgencyDetails(**crew.identity.agency.model_dump() | {"feed_hours": 48})


async def test_what_somebody_else_has_changed_meanwhile_is_shown_beside_ones_own_and_not_written_over(
    crew: Crew, door: Gateway
) -> None:
    boss, other = await crew.hire("Boss"), await crew.hire("Other")
    async with of(door, boss) as browser:
        page = await browser.get(SETTINGS)
        sent = typed(page) | fields(page) | {"hours": "Mine", "street": "1 My Street", "do": "save"}
        theirs = SettingsChange(hours="Theirs", phone="512-555-0177", sign_in=SignInChange(passwords=False))
        await other.ask(ChangeSettings(changes=theirs))
        # neither a look at another colour nor a mistake makes the form any newer
        looked = await send(browser, page, sent | {"do": "preview"}, SETTINGS)
        mistaken = await send(browser, page, sent | {"feed_hours": "0"}, SETTINGS)
        for again in (looked, mistaken):
            assert fields(again)["version"] == fields(page)["version"] and fields(again)["before"] == sent["before"]
        outdated = await send(browser, page, sent, SETTINGS)
        assert outdated.status_code == 409
        assert (await boss.ask(GetSettings())).details.hours == "Theirs", "nothing is saved"
        said = " ".join(re.sub(r"<[^>]+>", " ", unescape(outdated.text)).split())
        for words in (
            "Opening hours Theirs: Theirs Yours: Mine",
            "Phone Theirs: 512-555-0177 Yours: " + crew.identity.agency.phone,
            "User names and passwords that you assign Theirs: No Yours: Yes",
        ):
            assert words in said, said
        assert "1 My Street" not in said, "what they have left alone is no difference"
        now = typed(outdated) | fields(outdated)
        assert (now["hours"], now["phone"], now["street"], "passwords" in now) == (
            *("Theirs", "512-555-0177", "1 My Street"),
            False,
        )
        # written over only by whoever puts it in again
        done = await send(browser, outdated, now | {"hours": "Mine", "do": "save"}, SETTINGS)
        assert done.status_code == 303
        details = (await boss.ask(GetSettings())).details
        assert (details.hours, details.phone, details.street) == ("Mine", "512-555-0177", "1 My Street")
        assert not details.sign_in.passwords


async def test_what_others_change_elsewhere_stops_nobody(crew: Crew, door: Gateway) -> None:
    boss, other = await crew.hire("Boss"), await crew.hire("Other")
    telling = WhoIsToldChange(address="desk@oakhill.example")
    async with of(door, boss) as browser:
        page = await browser.get(SETTINGS)
        sent = typed(page) | fields(page) | {"hours": "Mine", "do": "save"}
        await other.ask(ChangeSettings(changes=SettingsChange(who_is_told=telling)))
        assert (await send(browser, page, sent, SETTINGS)).status_code == 303
        details = (await boss.ask(GetSettings())).details
        assert (details.hours, details.who_is_told.address) == ("Mine", "desk@oakhill.example")


async def test_who_is_told_is_not_written_over_either(crew: Crew, door: Gateway) -> None:
    boss, other = await crew.hire("Boss"), await crew.hire("Other")
    telling = f"{SETTINGS}/telling"
    async with of(door, boss) as browser:
        page = await browser.get(telling)
        ticked = dict.fromkeys(re.findall(r'name="([\w.]+)" value="yes" checked', page.text), "yes")
        sent = fields(page) | ticked | {"address": "mine@oakhill.example"}
        theirs = WhoIsToldChange(address="theirs@oakhill.example", request_made=ToldChange(task=True))
        await other.ask(ChangeSettings(changes=SettingsChange(who_is_told=theirs)))
        outdated = await send(browser, page, sent, telling)
        assert outdated.status_code == 409
        said = " ".join(re.sub(r"<[^>]+>", " ", unescape(outdated.text)).split())
        assert "Theirs: theirs@oakhill.example Yours: mine@oakhill.example" in said
        assert "A client asks for a change: Task for staff Theirs: Yes Yours: No" in said
        now = dict.fromkeys(re.findall(r'name="([\w.]+)" value="yes" checked', outdated.text), "yes")
        assert now.keys() == ticked.keys() | {"request_made.task"}
        assert (await boss.ask(GetSettings())).details.who_is_told.address == "theirs@oakhill.example"
        kept = fields(outdated) | now | {"address": "mine@oakhill.example"}
        assert (await send(browser, outdated, kept, telling)).status_code == 303
        details = (await boss.ask(GetSettings())).details.who_is_told
        assert (details.address, details.request_made.task) == ("mine@oakhill.example", True)


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
