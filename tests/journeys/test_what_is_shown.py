"""What insureds are told about their policies: reasons instead of dead ends, warnings, and what is past."""

import pytest
from playwright.async_api import Locator, Page, expect

from .visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.stack]


async def id_card_of(page: Page, vehicle: str) -> Locator:
    """The vehicle's line on the ID Card(s) tab."""
    await page.get_by_role("link", name="ID Card(s)").click()
    line = page.locator(".vehicles > li").filter(has_text=vehicle)
    await expect(line).to_be_visible()
    return line


async def test_new_yorker_reads_why_there_is_no_id_card_to_view(either_visitor: Visitor) -> None:
    page = await either_visitor.come_in("nora.york@example.com")
    line = await id_card_of(page, "Volkswagen Jetta")
    await expect(line).to_contain_text("In this state only the insurance company may issue ID cards.")
    await expect(line.get_by_role("button")).to_have_count(0)
    await expect(page.get_by_role("button", name="View")).to_have_count(0)


async def test_incomplete_vin_is_named_as_the_reason_and_the_other_car_has_its_card(visitor: Visitor) -> None:
    page = await visitor.come_in("vin.short@example.com")
    line = await id_card_of(page, "Jeep Wrangler")
    await expect(line).to_contain_text("The vehicle identification number (VIN) on file is not complete.")
    await expect(line.get_by_role("button")).to_have_count(0)
    await expect((await id_card_of(page, "Ford Escape")).get_by_role("button", name="View")).to_be_visible()


async def test_pending_cancellation_stands_first_on_home(visitor: Visitor) -> None:
    page = await visitor.come_in("vin.short@example.com")
    alarm = page.locator("main section").first
    await expect(alarm).to_contain_text("Your Homeowners policy is set to be cancelled on")
    await expect(alarm.get_by_role("link", name="Call (512) 555-0100")).to_be_visible()


async def test_lapsed_insured_still_sees_what_was(visitor: Visitor) -> None:
    page = await visitor.come_in("lee.lapsed@example.com")
    await expect(page.get_by_role("heading", name="No active policies")).to_be_visible()
    await page.get_by_role("link", name="See 2 past policies").click()
    await expect(page.get_by_role("heading", name="Personal Auto")).to_be_visible()
    await page.get_by_role("link", name="Personal Auto").click()
    await expect(page.get_by_role("heading", name="2014 Kia Optima")).to_be_visible()
    await expect(page.get_by_role("button", name="ID card")).to_have_count(0)
    await page.get_by_role("link", name="ID Card(s)").click()
    await expect(page.get_by_role("heading", name="No ID cards")).to_be_visible()


async def test_list_of_policies_is_searched_sorted_and_filtered(either_visitor: Visitor) -> None:
    page = await either_visitor.come_in("ansel.jessop@example.com")
    await page.get_by_role("link", name="Policies", exact=True).click()
    names = page.locator("main article h2")
    await expect(names).to_have_count(9)
    terms = page.locator("main article time:nth-of-type(2)")
    ends = [await terms.nth(place).get_attribute("datetime") or "" for place in range(9)]
    assert ends == sorted(ends)
    await page.get_by_label("Sort by").select_option(label="Type of insurance")
    await page.get_by_role("button", name="Apply").click()
    await expect(page.get_by_label("Sort by")).to_have_value("line")
    lines = await names.all_inner_texts()
    assert lines == sorted(lines)
    await page.get_by_label("Search").fill("3 Jessop Court")
    await page.get_by_role("button", name="Apply").click()
    await expect(names).to_have_count(1)
    await page.get_by_label("Search").fill("")
    await page.get_by_label("Show").select_option(label="Personal Umbrella")
    await page.get_by_role("button", name="Apply").click()
    await expect(names).to_have_text(["Personal Umbrella"])
    await page.get_by_role("navigation", name="Status").get_by_role("link", name="Past").click()
    await expect(page.get_by_role("heading", name="No policy matches your search")).to_be_visible()
    last = page.get_by_role("navigation", name="Your account").get_by_role("link", name="Activity")
    await last.click()
    await expect(last).to_have_attribute("aria-current", "page")
    await expect(last).to_be_in_viewport(ratio=0.9)  # on a phone too, where the tabs are wider than the screen
