"""A member of staff comes in with Microsoft, gets a passkey and another authenticator app, and serves a client."""

import time

import pyotp
import pytest
from playwright.async_api import Page, expect

from .conftest import Arrive, OpenBrowser
from .front_end import FrontEnd
from .household import Household
from .mailbox import Mailbox
from .portal import Portal, until
from .secrets_seen import SecretsSeen
from .test_accessibility import barriers, speak
from .test_console import DESKTOP, give_authenticator, invitation, sign_out

pytestmark = [pytest.mark.browser, pytest.mark.stack]

KIM = "kim.soto@demo.example"


async def to_microsoft(page: Page) -> None:
    await page.get_by_role("link", name="Sign in with Microsoft").click()
    await expect(page.get_by_text("Stand-in for Microsoft", exact=True)).to_be_visible()


async def key_shown(page: Page, seen: SecretsSeen) -> pyotp.TOTP:
    """The authenticator app that has typed in the key of the page."""
    await page.get_by_text("You cannot scan it?").click()
    key = (await page.locator(".key").inner_text()).replace(" ", "")
    seen.sign_ins.add(key)
    return pyotp.TOTP(key)


async def subjects(mailbox: Mailbox, address: str) -> list[str]:
    return [mail["subject"] for mail in await mailbox.sent_to(address)]


async def change_ways(page: Page, first: pyotp.TOTP, mailbox: Mailbox, seen: SecretsSeen) -> None:
    """Another authenticator app, then a passkey instead of it, which stays as the last means; mails tell of each."""
    await page.locator("details.profile summary").click()
    await page.get_by_role("link", name="Your ways to sign in").click()
    await page.get_by_role("link", name="Change the app").click()
    second = await key_shown(page, seen)
    assert second.secret != first.secret
    await page.get_by_label("Code from your authenticator").fill(second.at(int(time.time())))
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_role("status")).to_contain_text("The new authenticator app counts from now on.")
    await page.get_by_role("link", name="Add a passkey").click()
    await page.get_by_label("A name for it, if you like").fill("Kim's laptop")
    await page.get_by_role("button", name="Make a passkey").click()
    await expect(page.get_by_text("Kim's laptop", exact=True)).to_be_visible()
    await page.locator("[aria-labelledby=authenticator]").get_by_role("button", name="Remove").click()
    await page.locator("[aria-labelledby=passkeys]").get_by_role("button", name="Remove").click()
    await expect(page.get_by_role("alert")).to_contain_text("Nothing else opens the console for you.")
    told = {
        "Your authenticator app was changed",
        "A passkey was added to your console sign-in",
        "Your authenticator app was removed",
    }

    async def heard() -> bool:
        return told <= set(await subjects(mailbox, KIM))

    await until(heard)
    await sign_out(page)
    await page.get_by_role("button", name="Sign in with a passkey").click()
    await expect(page.get_by_role("heading", name="Accounts")).to_be_visible()


async def serve(page: Page, family: Household, mailbox: Mailbox, url: str) -> None:
    """Sends a contact the portal's address and an ID card, and sees what became of them."""
    await page.goto(f"{url}/demo/console/open?account=J{family.number}")
    await page.get_by_role("link", name="Sign-in, mails, ID cards").click()
    before = await mailbox.sent_to(family.email)
    await page.get_by_role("button", name="Send portal link").click()
    await expect(page.get_by_role("status")).to_contain_text("on its way to a•••@e•••.com")
    link = await mailbox.after(family.email, before)
    assert f"{url}/demo/" in link["text"] and family.email in link["text"]
    before = await mailbox.sent_to(family.email)
    await page.get_by_role("button", name="Send this ID card now").click()
    await expect(page.get_by_role("status")).to_contain_text("The ID card is on its way")
    card = await mailbox.after(family.email, before)
    assert [file["type"] for file in card["attachments"]] == ["application/pdf"]

    async def settled() -> bool:
        await page.reload()
        return await page.locator("[aria-labelledby=deliveries] .badge.good").count() >= 2

    await until(settled)


async def test_member_comes_in_with_microsoft_manages_its_own_ways_and_serves_a_client(
    arrive: Arrive, front_end: FrontEnd, open_browser: OpenBrowser, portal: Portal, mailbox: Mailbox, seen: SecretsSeen
) -> None:
    family = await arrive(Household())
    await front_end.known(family.email)
    said = await portal.run("staff", "add", "demo", KIM, "Kim Soto", "--role", "csr")
    assert said.status == 0, said.err
    await invitation(mailbox, seen, KIM)
    page = await (await open_browser(viewport=DESKTOP)).page("/demo/console/")
    await give_authenticator(page)

    await to_microsoft(page)
    await page.get_by_role("button", name="agent@elsewhere.example").click()  # of another organization
    await expect(page.get_by_role("alert")).to_contain_text("The sign-in was not completed.")
    await to_microsoft(page)
    await page.get_by_label("Another account").fill(KIM)
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_role("link", name="Use an authenticator app instead").click()
    first = await key_shown(page, seen)
    await page.get_by_label("Code from your authenticator").fill(first.now())
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_role("heading", name="Accounts")).to_be_visible()

    await change_ways(page, first, mailbox, seen)
    await serve(page, family, mailbox, portal.url)
    found = await barriers(page)
    await speak(page, "es")
    contact = page.url.removeprefix(f"{portal.url}/demo/console")
    for path in (contact, "/sign-in-methods", "/sign-in-methods/authenticator", "/sign-in-methods/passkeys/new"):
        await page.goto(f"{portal.url}/demo/console{path}")
        found += await barriers(page)
    assert found == []
