"""Two accounts under one address: one is chosen at sign-in, the other one later from the profile."""

import pytest
from playwright.async_api import expect

from .portal import Portal
from .visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.stack]


async def test_person_with_two_accounts_chooses_one_and_switches_later(portal: Portal, either_visitor: Visitor) -> None:
    page = await either_visitor.sign_in("morgan.diaz@example.com")
    await expect(page.get_by_role("heading", name="Choose an account")).to_be_visible()
    await page.goto(f"{portal.url}/demo/policies")  # nothing is open before the choice
    await expect(page.get_by_role("heading", name="Choose an account")).to_be_visible()

    await page.get_by_role("button", name="Diaz Electric LLC").click()
    await expect(page.get_by_role("main").get_by_text("Diaz Electric LLC")).to_be_visible()
    await page.get_by_role("link", name="Policies", exact=True).click()
    await expect(page.get_by_role("heading", name="Workers' Compensation")).to_be_visible()
    await expect(page.get_by_role("heading", name="Homeowners")).to_have_count(0)
    business = await page.get_by_role("link", name="Workers' Compensation").get_attribute("href")

    await page.locator("summary").click()
    await page.get_by_role("link", name="Switch Accounts").click()
    await expect(page.get_by_role("button", name="Diaz Electric LLC")).to_contain_text("Open now")
    await page.get_by_role("button", name="Diaz household").click()
    await page.goto(f"{portal.url}/demo/policies")
    await expect(page.get_by_role("heading", name="Homeowners")).to_be_visible()
    await expect(page.get_by_role("heading", name="Workers' Compensation")).to_have_count(0)
    await page.goto(f"{portal.url}{business}")  # the other account's policy is nothing here
    await expect(page.get_by_role("heading", name="Page not found")).to_be_visible()
