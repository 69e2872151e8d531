"""Assigned credentials and remembered devices in a browser, with JavaScript and without."""

import re

import httpx
import pytest
from playwright.async_api import expect

from .agency_system import token
from .conftest import Arrive
from .household import Household
from .portal import Portal
from .visitor import CODE, LOGIN, SIGN_IN, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.stack]

HELLO = "Hello, Ada"
GOOD, BETTER = "green tractor sings at dawn", "seven quiet umbrellas walk"
LINK = re.compile(r"http://\S+/set-password\?key=[\w-]+")


async def assign(portal: Portal, email: str, user_name: str) -> None:
    """What the agency's system does: a user name, and a link to set its password."""
    async with httpx.AsyncClient(base_url=portal.url, timeout=20) as client:
        client.headers["authorization"] = f"Bearer {await token(portal, client)}"
        found = (await client.get("/api/v1/demo/accounts", params={"q": email})).json()["items"]
        record = (await client.get(f"/api/v1/demo/accounts/{found[0]['id']}")).json()
        contact = next(one["id"] for one in record["contacts"] if one["email"] == email)
        named = await client.put(f"/api/v1/demo/contacts/{contact}/user-name", json={"user_name": user_name})
        assert named.status_code == 200, named.text
        sent = await client.post(f"/api/v1/demo/contacts/{contact}/password-link")
        assert sent.status_code == 202, sent.text


async def test_a_mailed_link_sets_the_password_that_then_opens_the_portal(
    arrive: Arrive, portal: Portal, either_visitor: Visitor
) -> None:
    family, mailbox = await arrive(Household(mobile=True)), either_visitor.mailbox
    name = f"ada.wrenley.{family.number}"
    before = await mailbox.sent_to(family.email)
    await assign(portal, family.email, name)
    letter = await mailbox.after(family.email, before)
    assert letter["subject"] == "Set your portal password"
    found = LINK.search(letter["text"])
    assert found
    page = await either_visitor.page()
    await page.goto(found.group())
    await expect(page).to_have_url(f"{either_visitor.url}/demo/set-password")  # the key is out of the address
    await expect(page.get_by_label("User name")).to_have_value(name)
    await page.get_by_label("New password").fill("Ada Wrenley 2026")
    await page.get_by_role("button", name="Set the password").click()
    await expect(page.get_by_text("It has too much of your name")).to_be_visible()
    await page.get_by_label("New password").fill(GOOD)
    await page.get_by_role("button", name="Set the password").click()
    await expect(page.get_by_role("heading", name=HELLO)).to_be_visible()
    await page.get_by_role("button", name="Exit").click()
    await page.goto(found.group())
    await expect(page.get_by_role("heading", name="This link can no longer be used")).to_be_visible()

    await page.goto(f"{either_visitor.url}/demo/sign-in")
    await page.get_by_role("link", name="Sign in with a user name").click()
    for wrong in (BETTER, GOOD):
        await page.get_by_label("User name").fill(name.upper())
        await page.get_by_label("Password").fill(wrong)
        await page.get_by_role("button", name=SIGN_IN).click()
        if wrong is BETTER:
            await expect(page.get_by_role("alert")).to_contain_text("This user name or password is not right.")
    await expect(page.get_by_role("heading", name=HELLO)).to_be_visible()


async def test_a_forgotten_password_is_replaced_with_a_code(
    arrive: Arrive, portal: Portal, either_visitor: Visitor
) -> None:
    family, mailbox = await arrive(Household(mobile=True)), either_visitor.mailbox
    name = f"ada.wrenley.{family.number}"
    before = await mailbox.sent_to(family.email)
    await assign(portal, family.email, name)
    await mailbox.after(family.email, before)
    page = await either_visitor.page("/demo/sign-in/password")
    await page.get_by_role("link", name="I forgot my password").click()
    await page.get_by_label("User name").fill("nobody.at.all")
    await page.get_by_role("button", name="Send the code").click()
    await expect(page.get_by_text("If this user name is on file")).to_be_visible()

    await page.get_by_role("link", name="Have a new code sent").click()
    before = await mailbox.sent_to(family.email)
    await page.get_by_label("User name").fill(name)
    await page.get_by_role("button", name="Send the code").click()
    await expect(page.get_by_text("If this user name is on file")).to_be_visible()
    await page.get_by_label(CODE).fill(await mailbox.code_after(family.email, before))
    await page.get_by_label("New password").fill(GOOD)
    await page.get_by_role("button", name="Set the password").click()
    await expect(page.get_by_role("heading", name=HELLO)).to_be_visible()

    await page.goto(f"{either_visitor.url}/demo/sign-in-methods")
    await page.get_by_role("link", name="Change your password").click()
    await page.get_by_label("Current password").fill(GOOD)
    await page.get_by_label("New password").fill(BETTER)
    await page.get_by_role("button", name="Change the password").click()
    await expect(page.get_by_text("Your password was changed.")).to_be_visible()


async def test_a_remembered_device_opens_id_cards_and_nothing_else(arrive: Arrive, either_visitor: Visitor) -> None:
    family = await arrive(Household(mobile=True))
    page = await either_visitor.page("/demo")
    code = await either_visitor.ask_for_code(page, family.email)
    await page.get_by_label("Remember this device for 30 days").check()
    await page.get_by_label(CODE).fill(code)
    await page.get_by_role("button", name=LOGIN).click()
    await expect(page.get_by_role("heading", name=HELLO)).to_be_visible()
    await page.get_by_role("button", name="Exit").click()
    await expect(page.get_by_text("it still opens your ID cards")).to_be_visible()

    await page.goto(f"{either_visitor.url}/demo/id-cards")
    await expect(page.get_by_text("This device is remembered")).to_be_visible()
    async with either_visitor.context.expect_page() as opening:
        await page.get_by_role("button", name="View").click()
    card = await opening.value
    await expect(card).to_have_url(re.compile(r"/demo/documents/[0-9a-f-]+/content$"))
    shown = await either_visitor.context.request.get(card.url)
    assert shown.status == 200 and (await shown.body()).startswith(b"%PDF")
    for closed in ("/demo/", "/demo/policies", "/demo/information", "/demo/activity", "/demo/sign-in-methods"):
        await page.goto(either_visitor.url + closed)
        await expect(page).to_have_url(re.compile("/demo/sign-in"))

    await page.get_by_role("link", name="Show my ID cards on this device").click()
    await page.get_by_role("button", name="Forget this device").click()
    await expect(page.get_by_text("This device is forgotten.")).to_be_visible()
    await page.goto(f"{either_visitor.url}/demo/id-cards")
    await expect(page).to_have_url(re.compile("/demo/sign-in"))
