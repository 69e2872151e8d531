"""An insured adds certificate holders, one by hand and some from a file; the agency's system confirms."""

import re

import pytest
from playwright.async_api import FilePayload, expect

from .agency_system import AgencySystem
from .conftest import Arrive, OpenBrowser
from .household import Household, event
from .portal import Portal, until

pytestmark = [pytest.mark.browser, pytest.mark.stack]

PHONE = {"width": 360, "height": 740}
SHEET = """Nombre;Calle;Ciudad;Estado;Código postal
Elm Properties;1 Elm Street;Austin;TX;78702
First Prairie Bank;200 Main St;Austin;TX;78701
Oak Lenders;2 Oak Avenue;Austin;Texas;78703
"""


async def test_a_holder_is_added_waits_and_is_confirmed_as_one(
    arrive: Arrive, system: AgencySystem, portal: Portal, open_browser: OpenBrowser
) -> None:
    family = await arrive(Household())
    page = await (await open_browser(viewport=PHONE, java_script_enabled=False)).come_in(family.email)
    await page.get_by_role("link", name="Certificates", exact=True).click()
    await expect(page.get_by_role("heading", name="No certificate holders yet")).to_be_visible()
    await page.get_by_role("link", name="Add certificate holder").click()
    await page.get_by_label("Name").fill("First Prairie Bank")
    await page.get_by_label("Street").fill("200 Main Street")
    await page.get_by_label("City").fill("Austin")
    await page.get_by_label("State").fill("Texas")
    await page.get_by_role("button", name="Add certificate holder").click()
    await expect(page.get_by_text("Two letters, such as TX.")).to_be_visible()
    await page.get_by_label("State").fill("tx")
    await page.get_by_label("ZIP code").fill("78701")
    await page.get_by_role("button", name="Add certificate holder").click()
    await expect(page.get_by_text("First Prairie Bank is on your list and waits for your agency.")).to_be_visible()
    await expect(page.get_by_text("Waiting for your agency", exact=True)).to_have_count(1)
    link = await page.get_by_role("link", name="First Prairie Bank").get_attribute("href")

    await page.get_by_role("link", name="Add many from a file").click()
    file = FilePayload(name="holders.csv", mimeType="text/csv", buffer=SHEET.encode("utf-8-sig"))
    await page.get_by_label("Your file").set_input_files(file)
    await page.get_by_role("button", name="Look at the file").click()
    await expect(page.get_by_text("Line 3: Is on your list already.")).to_be_visible()
    await expect(page.get_by_text("Line 4: State: Two letters, such as TX.")).to_be_visible()
    await page.get_by_role("button", name="Add only the good one").click()
    await expect(page.get_by_text("Waiting for your agency", exact=True)).to_have_count(2)

    assert link is not None
    holder = {
        "account": f"JA-{family.number}",
        "name": "First Prairie Bank, N.A.",
        "street": "200 Main Street",
        "city": "Austin",
        "state": "TX",
        "postal_code": "78701",
        "portal_id": link.rpartition("/")[2],
    }
    await system.publish(event("certificate-holder", f"h-{family.number}", holder))
    confirmed = page.get_by_role("listitem").filter(has_text=re.compile("First Prairie Bank, N.A..*Confirmed", re.S))

    async def shown() -> bool:
        await page.reload()
        return await confirmed.count() == 1

    await until(shown)
    await expect(page.get_by_text("Waiting for your agency", exact=True)).to_have_count(1)
    await page.goto(f"{portal.url}{link}")  # the address that it had before leads to it
    await expect(page.get_by_role("heading", name="First Prairie Bank, N.A.")).to_be_visible()
