"""Every page without a barrier: axe finds nothing, and a small phone never scrolls sideways, in both languages."""

import re

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Page, expect

from .conftest import Arrive, OpenBrowser
from .household import Household
from .portal import Portal
from .visitor import EMAIL, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.stack]
AXE = Axe()
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"runOnly": STANDARDS, "resultTypes": ["violations"]}
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
NOTHING = "/policies?status=past&q=nothing"
SIGNED_IN = (
    *("/", "/policies", NOTHING, "/payments", "/id-cards", "/information", "/agency", "/no/such/page"),
    *("/certificates", "/certificates/holders/new", "/certificates/file", "/requests", "/requests/new/general"),
)
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


async def barriers(page: Page) -> list[str]:
    """What axe finds and what sticks out, at the width of a phone and at that of a desktop."""
    found = []
    for size in (PHONE, DESKTOP):
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        where = f"{page.url} at {size['width']} px"
        if sideways := await page.evaluate(SIDEWAYS):
            found.append(f"{where}: {sideways} px wider than the screen")
        results = await AXE.run(page, options=RULES)
        found += [
            f"{where}: {violation['id']} {node['target']} {node['html'][:120]}"
            for violation in results.response["violations"]
            for node in violation["nodes"]
        ]
    return found


async def speak(page: Page, language: str) -> None:
    """Switches to the language by its button, where the page is not in it yet."""
    if await page.locator("html").get_attribute("lang") != language:
        if await page.locator("details.profile").count():
            await page.locator("details.profile summary").click()
        await page.get_by_role("button", name={"en": "English", "es": "Español"}[language]).click()
    await expect(page.locator("html")).to_have_attribute("lang", language)


@pytest.mark.parametrize("language", ["en", "es"])
async def test_pages_of_sign_in_have_no_barrier(arrive: Arrive, visitor: Visitor, language: str) -> None:
    family = await arrive(Household(mobile=True))
    page = await visitor.page("/demo")
    await speak(page, language)
    found = await barriers(page)
    await page.locator("#email").fill("nobody.at.all@example.com")
    await page.locator("main form button").first.click()
    await expect(page.get_by_role("alert")).to_be_visible()
    found += await barriers(page)
    await page.locator("#email").fill(family.email)
    await page.locator("main form button").first.click()
    await page.wait_for_url("**/channel")
    found += await barriers(page)
    await page.locator("main form button").first.click()
    await page.wait_for_url("**/code")
    found += await barriers(page)
    await page.locator("#code").fill("000")
    await page.locator("main form button").first.click()
    await expect(page.get_by_role("alert")).to_be_visible()
    found += await barriers(page)
    assert found == []


@pytest.mark.parametrize("language", ["en", "es"])
async def test_pages_of_an_insured_have_no_barrier(portal: Portal, open_browser: OpenBrowser, language: str) -> None:
    visitor = await open_browser(locale={"en": "en-US", "es": "es-US"}[language])
    page = await visitor.come_in("dashiell.calloway@example.com")
    await speak(page, language)
    addresses = [*SIGNED_IN]
    addresses.append(await page.locator("article h3 a").first.get_attribute("href") or "")
    found = []
    for address in addresses:
        await page.goto(portal.url + "/demo" + address.removeprefix("/demo"))
        found += await barriers(page)
    assert found == []


async def test_barriers_are_noticed(visitor: Visitor) -> None:
    page = await visitor.page("/demo")
    wide = "<img src='data:,'><table><tr><td width='2000'>x</td></tr></table>"
    await page.locator("main").evaluate(f"main => main.insertAdjacentHTML('beforeend', \"{wide}\")")
    found = " ".join(await barriers(page))
    assert "image-alt" in found
    assert "px wider than the screen" in found


async def test_mailbox_and_a_page_outside_any_agency_have_no_barrier(visitor: Visitor) -> None:
    page = await visitor.page("/nobody-here")
    found = await barriers(page)
    await page.goto(f"{visitor.url}/dev/mailbox")
    await expect(page.get_by_role("heading", name=re.compile("Mailbox"))).to_be_visible()
    found += await barriers(page)
    assert found == []
    assert await page.get_by_label(EMAIL).count() == 0
