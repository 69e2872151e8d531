"""A request from end to end: an insured asks on a phone, the agency hears and answers, the insured reads it."""

from datetime import date, timedelta
from typing import Any

import pytest
from playwright.async_api import expect

from .conftest import Arrive, OpenBrowser
from .household import Household
from .mailbox import Mailbox
from .portal import Portal, until
from .secrets_seen import SecretsSeen
from .test_accessibility import barriers
from .test_console import DESKTOP, give_authenticator, invitation

pytestmark = [pytest.mark.browser, pytest.mark.stack]

PHONE = {"width": 360, "height": 740}
AGENT = "rae.castle@demo.example"
AGENCY = "agent@demo.example"


async def mail(mailbox: Mailbox, to: str, subject: str) -> dict[str, Any]:
    """The mail with this in its subject, once it is there."""

    async def found() -> dict[str, Any] | None:
        return next((one for one in await mailbox.listed() if to in one["to"] and subject in one["subject"]), None)

    return await until(found)  # type: ignore[return-value]


async def test_insured_asks_and_reads_the_agencys_answer(
    arrive: Arrive, open_browser: OpenBrowser, portal: Portal, mailbox: Mailbox, seen: SecretsSeen
) -> None:
    family = await arrive(Household())
    phone = await (await open_browser(viewport=PHONE, java_script_enabled=False)).come_in(family.email)
    await phone.goto(f"{portal.url}/demo/requests/new")
    await phone.get_by_role("link", name="Remove a vehicle").click()
    await phone.get_by_label("Which vehicle leaves the policy?").select_option(index=1)
    await phone.get_by_label("Why?").select_option("Sold")
    await phone.get_by_label("From which day?").fill(str(date.today() + timedelta(days=9)))  # noqa: DTZ011
    await phone.get_by_label("no coverage is changed until the agency confirms").check()
    await phone.get_by_role("button", name="Send the request").click()
    await expect(phone.get_by_role("heading", name="Remove a vehicle")).to_be_visible()

    confirmed = await mail(mailbox, family.email, "We have your request: Remove a vehicle")
    assert "no coverage is changed until the agency confirms" in confirmed["text"]
    assert family.policy_number in confirmed["text"]

    to_agency = await mail(mailbox, AGENCY, f"Remove a vehicle: new request from {family.name}")
    assert "/demo/console/requests/" in to_agency["text"]
    assert (await portal.run("staff", "add", "demo", AGENT, "Rae Castle", "--role", "csr")).status == 0
    page = await (await open_browser(viewport=DESKTOP)).page()
    await give_authenticator(page)
    await page.goto(await invitation(mailbox, seen, AGENT))
    await page.get_by_role("button", name="Accept and make a passkey").click()
    await page.get_by_role("button", name="Make a passkey").click()
    await page.get_by_role("link", name="Requests").click()
    await page.get_by_label("Search").fill(family.name)
    await page.get_by_role("button", name="Show").click()
    await page.get_by_role("link", name="Remove a vehicle").click()
    await page.get_by_role("button", name="I take it").click()
    await expect(page.get_by_role("status")).to_contain_text("Rae Castle works on this request now.")
    await page.get_by_label("Message to Ada Wrenley").fill("Who has bought it?")
    await page.get_by_label("Status").select_option("Waiting for the client")
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("list").get_by_text("Who has bought it?")).to_be_visible()
    found = await barriers(page)

    asked = await mail(mailbox, family.email, "has a question about your request")
    assert "Rae Castle" in asked["text"] and "Who has bought it?" not in asked["text"]
    await phone.goto(f"{portal.url}/demo/")
    await expect(
        phone.get_by_role("region", name="Open requests").get_by_text("Waiting for your answer")
    ).to_be_visible()
    await phone.get_by_role("region", name="Open requests").get_by_role("link").click()
    await expect(phone.get_by_text("Who has bought it?")).to_be_visible()
    await phone.get_by_role("textbox").fill("A neighbor")
    await phone.get_by_role("button", name="Send the message").click()
    await expect(phone.get_by_role("status").first).to_contain_text("on its way")

    async def noted() -> bool:  # by identity, once policy has told it
        await phone.goto(f"{portal.url}/demo/activity")
        return await phone.get_by_text("Answered a request").count() > 0

    await until(noted)
    assert found == []
