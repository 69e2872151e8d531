"""Two accounts under one address: one is chosen at sign-in, the other one later from the profile."""

import pytest
from playwright.async_api import expect

from .conftest import Arrive
from .household import Household
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


async def test_two_people_of_one_household_share_an_address_and_each_says_who_it_is(
    arrive: Arrive, portal: Portal, either_visitor: Visitor
) -> None:
    family = Household()
    await arrive(family, family.contact("Ben", "second", email=family.email, access=True))
    page = await either_visitor.sign_in(family.email)
    await expect(page.get_by_role("heading", name="Who are you?")).to_be_visible()
    await page.goto(f"{portal.url}/demo/policies")  # nothing is open before somebody says so
    await expect(page.get_by_role("heading", name="Who are you?")).to_be_visible()
    await page.get_by_role("button", name=f"Ben Wrenley {family.name}").click()
    await page.goto(f"{portal.url}/demo/")
    await expect(page.get_by_role("heading", name="Hello, Ben")).to_be_visible()
    before = (await either_visitor.cookies())["sid"]

    await page.locator("summary").click()
    await page.get_by_role("link", name="Switch Accounts").click()
    await expect(page.get_by_role("button", name="Ben Wrenley")).to_contain_text("Open now")
    await page.get_by_role("button", name="Ada Wrenley").click()
    await expect(page.get_by_role("heading", name="Hello, Ada")).to_be_visible()
    assert (await either_visitor.cookies())["sid"] != before
