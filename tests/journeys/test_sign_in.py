"""Signing in: where the code goes, in which language, what a wrong one costs, and with the keyboard alone."""

import re

import pytest
from playwright.async_api import expect

from .conftest import Arrive, OpenBrowser
from .household import Household
from .mailbox import code_in
from .portal import Portal
from .visitor import CODE, EMAIL, LOGIN, SIGN_IN, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.stack]


async def test_address_with_an_e_mail_alone_gets_its_code_at_once_in_its_own_language(either_visitor: Visitor) -> None:
    mailbox, email = either_visitor.mailbox, "sam.lee@example.com"
    before = await mailbox.sent_to(email)
    page = await either_visitor.page("/demo")
    await page.get_by_label(EMAIL).fill(email)
    await page.get_by_role("button", name=SIGN_IN).click()
    await expect(page.get_by_text("We e-mailed a 6-digit code to s•••@e•••.com.")).to_be_visible()
    letter = await mailbox.after(email, before)
    assert letter["subject"].startswith("Código de identificación")
    assert "Su código de identificación" in letter["text"]
    await page.get_by_label(CODE).fill(code_in(letter))
    await page.get_by_role("button", name=LOGIN).click()
    await expect(page.get_by_role("heading", name="Hola, Sam")).to_be_visible()
    await expect(page.locator("html")).to_have_attribute("lang", "es")
    await expect(page.get_by_role("heading", name="Próximas renovaciones")).to_be_visible()


async def test_text_message_brings_the_code_to_whoever_chooses_it(arrive: Arrive, visitor: Visitor) -> None:
    family = await arrive(Household(mobile=True))
    page = await visitor.page("/demo")
    await page.get_by_label(EMAIL).fill(family.email.upper())  # addresses know no capitals
    await page.get_by_role("button", name=SIGN_IN).click()
    choice = page.get_by_role("button", name="Text message")
    await expect(choice).to_contain_text(f"••• {family.telephone[-2:]}")
    assert family.telephone not in await page.content()
    await choice.click()
    await expect(page.get_by_text("We texted a 6-digit code")).to_be_visible()
    text = await visitor.mailbox.after(family.telephone, [])
    assert text["kind"] == "sms"
    await page.get_by_label(CODE).fill(code_in(text))
    await page.get_by_role("button", name=LOGIN).click()
    await expect(page.get_by_role("heading", name="Hello, Ada")).to_be_visible()


async def test_wrong_codes_are_counted_and_after_five_a_new_one_is_offered_and_works(
    arrive: Arrive, either_visitor: Visitor
) -> None:
    family = await arrive(Household(mobile=True))
    page = await either_visitor.page("/demo")
    right = await either_visitor.ask_for_code(page, family.email)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for left in ("4 tries left", "3 tries left", "2 tries left", "1 try left"):
        await page.get_by_label(CODE).fill(wrong)
        await page.get_by_role("button", name=LOGIN).click()
        await expect(page.get_by_role("alert")).to_contain_text("This identification code is not right.")
        await expect(page.get_by_text(f"You have {left}.")).to_be_visible()
    await page.get_by_label(CODE).fill(wrong)
    await page.get_by_role("button", name=LOGIN).click()
    over = "This identification code can no longer be used. Please request a new code."
    await expect(page.get_by_role("alert")).to_contain_text(over)
    await expect(page.get_by_label(CODE)).to_have_count(0)

    before = await either_visitor.mailbox.sent_to(family.email)
    await page.get_by_role("button", name="Request a new code").click()
    await expect(page.get_by_text("A new code is on its way.")).to_be_visible()
    await page.get_by_label(CODE).fill(await either_visitor.mailbox.code_after(family.email, before))
    await page.get_by_role("button", name=LOGIN).click()
    await expect(page.get_by_role("heading", name="Hello, Ada")).to_be_visible()


async def test_code_works_once_and_in_the_browser_that_asked_for_it(arrive: Arrive, open_browser: OpenBrowser) -> None:
    family = await arrive(Household(mobile=True))
    own, foreign = await open_browser(), await open_browser()
    page, other = await own.page("/demo"), await foreign.page("/demo")
    code = await own.ask_for_code(page, family.email)
    while await foreign.ask_for_code(other, family.email) == code:
        await other.goto(f"{foreign.url}/demo/sign-in")
    await other.get_by_label(CODE).fill(code)
    await other.get_by_role("button", name=LOGIN).click()
    await expect(other.get_by_role("alert")).to_contain_text("This identification code is not right.")
    await page.get_by_label(CODE).fill(code)
    await page.get_by_role("button", name=LOGIN).click()
    await expect(page.get_by_role("heading", name="Hello, Ada")).to_be_visible()
    await page.get_by_role("button", name="Exit").click()
    await page.goto(f"{own.url}/demo/sign-in/code")
    await expect(page.get_by_label(EMAIL)).to_be_visible()  # the way that it belonged to is over


async def test_sign_in_and_an_id_card_need_only_a_keyboard(arrive: Arrive, portal: Portal, visitor: Visitor) -> None:
    family = await arrive(Household(mobile=True))
    before = await visitor.mailbox.sent_to(family.email)
    page = await visitor.page("/demo")

    async def tab_to(name: str) -> None:
        """Presses Tab until the focus is on what is called so."""
        said = ""
        for _ in range(40):
            await page.keyboard.press("Tab")
            focused = page.locator(":focus")
            said = await focused.evaluate("e => (e.labels?.[0]?.innerText || e.innerText || '').trim()")
            if re.match(name, said):
                ring = await focused.evaluate("e => getComputedStyle(e).outlineStyle")
                assert ring != "none", f"{name}: the focus cannot be seen"
                return
        pytest.fail(f"no Tab leads to {name}; the last was {said}")

    await tab_to("Skip to the content")
    await tab_to(EMAIL)
    await page.keyboard.type(family.email)
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{portal.url}/demo/sign-in/channel")
    await tab_to("E-mail")
    await page.keyboard.press("Space")
    await expect(page.get_by_label(CODE)).to_be_focused()
    await page.keyboard.type(await visitor.mailbox.code_after(family.email, before))
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Hello, Ada")).to_be_visible()
    await tab_to("ID card")
    async with visitor.context.expect_page() as opening:
        await page.keyboard.press("Enter")
    await expect(await opening.value).to_have_url(re.compile("/content$"))


async def test_new_codes_asked_for_in_a_row_are_refused_with_the_wait_and_the_last_one_still_works(
    arrive: Arrive, either_visitor: Visitor
) -> None:
    family = await arrive(Household(mobile=True))
    page = await either_visitor.page("/demo")
    await either_visitor.ask_for_code(page, family.email)
    for _ in range(2):
        before = await either_visitor.mailbox.sent_to(family.email)
        await page.get_by_role("button", name="request a new code").click()
        await expect(page.get_by_text("A new code is on its way.")).to_be_visible()
        code = await either_visitor.mailbox.code_after(family.email, before)
    await page.get_by_role("button", name="request a new code").click()
    await expect(page.get_by_role("alert")).to_contain_text("Too many tries in a short time.")
    await expect(page.get_by_text("You can try again in 1 minute.")).to_be_visible()
    await page.get_by_label(CODE).fill(code)
    await page.get_by_role("button", name=LOGIN).click()
    await expect(page.get_by_role("heading", name="Hello, Ada")).to_be_visible()


async def test_text_message_ends_with_the_line_that_phones_fill_in_by_themselves(
    arrive: Arrive, portal: Portal, visitor: Visitor
) -> None:
    family = await arrive(Household(mobile=True, language="es"))
    page = await visitor.page("/demo")
    await page.get_by_label(EMAIL).fill(family.email)
    await page.get_by_role("button", name=SIGN_IN).click()
    await page.get_by_role("button", name="Text message").click()
    field = page.get_by_label(CODE)
    await expect(field).to_have_attribute("autocomplete", "one-time-code")
    text = await visitor.mailbox.after(family.telephone, [])
    code = code_in(text)
    assert text["text"].splitlines()[-1] == f"@localhost #{code}"
    assert text["text"].isascii()  # one character beyond the alphabet of texts makes three of one
    assert len(text["text"]) <= 160
    await field.fill(code)
    await page.get_by_role("button", name=LOGIN).click()
    await expect(page.get_by_role("heading", name="Hola, Ada")).to_be_visible()
