"""What a newcomer does first: from the portal's address to an ID card in hand, and out again."""

import re
from hashlib import sha256
from io import BytesIO

import pytest
from playwright.async_api import Page, expect
from pypdf import PdfReader

from ops.demo.people import RIVERA

from .conftest import OpenBrowser
from .portal import Portal, until
from .visitor import CODE, EMAIL, LOGIN, SIGN_IN, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.stack]
PAT = "pat.rivera@example.com"


async def code_on_the_mailbox_page(tab: Page, address: str, before: int) -> str:
    """The code in the newest message to an address, as the mailbox's page shows it."""
    cards = tab.locator("article").filter(has_text=f"To {address}")

    async def shown() -> str:
        await tab.reload()
        return await cards.first.locator(".spotted").inner_text() if await cards.count() > before else ""

    return await until(shown, step=0.2)


async def test_newcomer_gets_in_opens_an_id_card_mails_it_and_leaves(
    portal: Portal, either_visitor: Visitor, open_browser: OpenBrowser
) -> None:
    visitor, mailbox = either_visitor, either_visitor.mailbox
    letters = await visitor.page("/dev/mailbox")
    before = await letters.locator("article").filter(has_text=f"To {PAT}").count()

    page = await visitor.page("/demo")
    await expect(page).to_have_url(f"{portal.url}/demo/sign-in")
    await page.get_by_label(EMAIL).fill(PAT)
    await page.get_by_role("button", name=SIGN_IN).click()
    await expect(page.get_by_role("button", name="Text message")).to_be_visible()
    await page.get_by_role("button", name="E-mail").click()
    await page.get_by_label(CODE).fill(await code_on_the_mailbox_page(letters, PAT, before))
    await page.get_by_role("button", name=LOGIN).click()

    await expect(page.get_by_role("heading", name="Hello, Pat")).to_be_visible()
    active = page.get_by_role("region", name="Active policies")
    for line in ("Personal Auto", "Homeowners", "Personal Umbrella"):
        await expect(active.get_by_role("heading", name=line)).to_be_visible()
    auto = active.locator("article").filter(has_text="Personal Auto")
    number = await auto.locator(".by .code").inner_text()

    async with visitor.context.expect_page() as opening:
        await auto.get_by_role("button", name=re.compile("ID card.+RAV4")).click()
    tab = await opening.value
    await expect(tab).to_have_url(re.compile(r"/demo/documents/[0-9a-f-]{36}/content$"))
    card = await visitor.context.request.get(tab.url)
    assert card.headers["content-type"] == "application/pdf"
    assert card.headers["content-security-policy"] == "sandbox"
    content = await card.body()
    assert content.startswith(b"%PDF")
    text = "\n".join(sheet.extract_text() for sheet in PdfReader(BytesIO(content)).pages)
    for printed in (number, RIVERA.policies[0].cars[0].vin, "Pat Rivera", "Jordan Rivera"):
        assert printed in text

    letter_before = await mailbox.sent_to(PAT)
    await page.get_by_role("link", name="ID Card(s)").click()
    await page.get_by_role("button", name=re.compile("E-mail.+RAV4")).click()
    await expect(page.get_by_role("status")).to_contain_text("mailed to p•••@e•••.com.")
    letter = await mailbox.after(PAT, letter_before)
    (attached,) = letter["attachments"]
    assert attached["type"] == "application/pdf"
    assert await mailbox.sha256_of(attached) == sha256(content).hexdigest()

    session = (await visitor.cookies())["sid"]
    await page.get_by_role("button", name="Exit").click()
    await expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    await page.go_back()
    await expect(page.get_by_label(EMAIL)).to_be_visible()
    assert "Rivera" not in await page.content()
    assert (await visitor.context.request.get(tab.url, max_redirects=0)).status == 303

    thief = await open_browser()
    await thief.context.add_cookies([{"name": "sid", "value": session, "url": portal.url}])
    page = await thief.page("/demo/")
    await expect(page.get_by_label(EMAIL)).to_be_visible()
