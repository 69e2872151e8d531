"""The console: staff come in by invitation and passkey or with Google and an authenticator, and move the toggle."""

import re
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
from .visitor import EMAIL

pytestmark = [pytest.mark.browser, pytest.mark.stack]

DESKTOP = {"width": 1280, "height": 860}
LINK = re.compile(r"http://\S+/console/invitation\?key=(\S+)")
PAGES = ("/", "/requests", "/staff", "/activity", "/settings", "/systems", "/addresses")


async def give_authenticator(page: Page) -> None:
    """Lets the tab's browser have a device that makes passkeys and confirms who holds it."""
    devices = await page.context.new_cdp_session(page)
    await devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    await devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})


async def invitation(mailbox: Mailbox, seen: SecretsSeen, address: str, after: int = 0) -> str:
    """The link in the invitation that comes after the first `after` ones, whatever other mails come around it."""

    async def link() -> str | None:
        found = [link for mail in await mailbox.sent_to(address) if (link := LINK.search(mail["text"]))]
        if len(found) <= after:
            return None
        seen.sign_ins.add(found[0][1])
        return found[0][0]

    return await until(link) or ""


async def sign_out(page: Page) -> None:
    await page.locator("details.profile summary").click()
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", name="Staff sign-in")).to_be_visible()


async def test_invited_admin_makes_a_passkey_and_turns_access_off_while_the_insured_looks(
    arrive: Arrive, front_end: FrontEnd, open_browser: OpenBrowser, portal: Portal, mailbox: Mailbox, seen: SecretsSeen
) -> None:
    family = Household()
    await arrive(family, family.contact("Ben", "additional", access=True))
    await front_end.known(family.email_of("ben"))
    staff = await open_browser(viewport=DESKTOP)
    page = await staff.page()
    await give_authenticator(page)
    await page.goto(await invitation(mailbox, seen, "admin@demo.example"))
    await expect(page.get_by_role("heading", name="Welcome, Alex Morgan")).to_be_visible()
    await page.get_by_role("button", name="Accept and make a passkey").click()
    await page.get_by_role("button", name="Make a passkey").click()
    await expect(page.get_by_role("heading", name="Accounts")).to_be_visible()
    await sign_out(page)
    await page.get_by_role("button", name="Sign in with a passkey").click()
    await expect(page.get_by_role("heading", name="Accounts")).to_be_visible()

    insured = await (await open_browser()).come_in(family.email_of("ben"))
    await expect(insured.get_by_role("heading", name="Hello, Ben")).to_be_visible()
    await page.goto(f"{portal.url}/demo/console/open?account=J{family.number}")
    toggle = page.get_by_role("switch", name="Client Center Access Ben")
    await expect(toggle).to_be_checked()
    await toggle.click()
    await expect(page.get_by_role("status")).to_contain_text("can no longer sign in")
    await expect(toggle).not_to_be_checked()

    async def signed_out() -> bool:
        await insured.reload()
        return await insured.get_by_label(EMAIL).count() > 0

    await until(signed_out, patience=20)  # sooner than it would be looked up again

    found = []
    await speak(page, "es")
    account = page.url.removeprefix(f"{portal.url}/demo/console")
    for path in (*PAGES, account):
        await page.goto(f"{portal.url}/demo/console{path}")
        found += await barriers(page)
    assert found == []

    await page.goto(f"{portal.url}/demo/console/")
    await page.locator("main .list .aside").first.evaluate(
        "(aside, long) => { aside.textContent = long }", "0198a000-" * 9
    )
    row = page.locator("main .list li").first
    assert await row.evaluate("row => row.querySelector('.name').clientWidth / row.clientWidth") > 0.3


async def test_invited_member_comes_in_with_google_and_an_authenticator_and_is_recovered(
    open_browser: OpenBrowser, portal: Portal, mailbox: Mailbox, seen: SecretsSeen
) -> None:
    address = "kit.reyes@demo.example"
    said = await portal.run("staff", "add", "demo", address, "Kit Reyes", "--role", "csr")
    assert said.status == 0, said.err
    await invitation(mailbox, seen, address)
    staff = await open_browser(viewport=DESKTOP, java_script_enabled=False)
    page = await staff.page("/demo/console/")
    await with_google(page, address)
    await expect(page.get_by_role("heading", name="Secure your sign-in")).to_be_visible()
    await page.get_by_role("link", name="Use an authenticator app instead").click()
    await expect(page.get_by_role("img", name="QR code for your authenticator app")).to_be_visible()
    await page.get_by_text("You cannot scan it?").click()
    codes = pyotp.TOTP((await page.locator(".key").inner_text()).replace(" ", ""))
    await page.get_by_label("Code from your authenticator").fill(codes.now())
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_role("heading", name="Accounts")).to_be_visible()
    menu = page.get_by_role("navigation", name="Menu")
    await expect(menu.get_by_role("link")).to_have_text(["Accounts", "Requests", "Tasks"])
    await sign_out(page)

    await with_google(page, address)
    await expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    await page.goto(f"{portal.url}/demo/console/")
    await expect(page.get_by_role("heading", name="Staff sign-in")).to_be_visible()  # one factor opens nothing
    await page.goto(f"{portal.url}/demo/console/second-factor")
    await page.get_by_label("Code from your authenticator").fill(codes.at(int(time.time()) + 30))
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_role("heading", name="Accounts")).to_be_visible()

    said = await portal.run("staff", "recover", "demo", address)
    assert said.status == 0, said.err
    link = await invitation(mailbox, seen, address, after=1)
    await page.reload()
    await expect(page.get_by_role("heading", name="Staff sign-in")).to_be_visible()
    recovered = await open_browser(viewport=DESKTOP)
    page = await recovered.page()
    await give_authenticator(page)
    await page.goto(link)
    await page.get_by_role("button", name="Accept and make a passkey").click()
    await page.get_by_role("button", name="Make a passkey").click()
    await expect(page.get_by_role("heading", name="Accounts")).to_be_visible()


async def with_google(page: Page, address: str) -> None:
    """There and back, with an account that Google's page has not on its list."""
    await page.get_by_role("link", name="Sign in with Google").click()
    await page.get_by_label("Another account").fill(address)
    await page.get_by_role("button", name="Continue").click()
