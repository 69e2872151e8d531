"""What the agency's system publishes is what the insured sees, and nobody sees what is another's."""

import re
from datetime import date, timedelta

import pytest
from playwright.async_api import Page, expect

from .agency_system import AgencySystem
from .conftest import Arrive, OpenBrowser
from .household import Household
from .portal import Portal, until
from .visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.stack]


async def reload_until(page: Page, text: str) -> None:
    """Looks at the page again and again, as an impatient insured does, until it says so."""

    async def shown() -> bool:
        await page.reload()
        return await page.get_by_role("main").get_by_text(text).count() > 0

    await until(shown)


async def open_card(visitor: Visitor, page: Page) -> Page:
    """The tab with the ID card of the first vehicle on Home."""
    async with visitor.context.expect_page() as opening:
        await page.get_by_role("button", name="ID card").first.click()
    tab = await opening.value
    await expect(tab).not_to_have_url("about:blank")
    return tab


async def test_changed_premium_and_a_new_vehicle_show_on_the_page(
    arrive: Arrive, system: AgencySystem, visitor: Visitor
) -> None:
    family = await arrive(Household(mobile=True))
    page = await visitor.come_in(family.email)
    await expect(page.get_by_role("main").get_by_text("$812")).to_be_visible()
    await system.publish(family.auto(premium="945.50"))
    await reload_until(page, "$945.50")
    await expect(page.get_by_text("$812")).to_have_count(0)

    vehicles = [family.vehicle("1", "Outback", family.vin), family.vehicle("2", "Forester", family.vin)]
    await system.publish(family.auto(premium="1301.00", vehicles=vehicles))
    await reload_until(page, "2021 Subaru Forester")
    await system.publish(family.auto(f"JP-{family.number}-B", line="HOME", vehicles=[], number="JH 1"))
    await reload_until(page, "Homeowners")


async def test_confirmed_cancellation_makes_the_card_void_and_no_new_one_can_be_had(
    portal: Portal, arrive: Arrive, system: AgencySystem, visitor: Visitor
) -> None:
    family = await arrive(Household(mobile=True))
    page = await visitor.come_in(family.email)
    before = await open_card(visitor, page)
    await expect(before).to_have_url(re.compile("/content$"))
    await page.reload()
    documents = page.get_by_role("region", name="New documents")
    await expect(documents.get_by_role("link")).to_contain_text("ID card: 2021 Subaru Outback")
    assert "no longer current" not in await documents.inner_text()
    stale = await visitor.page("/demo/")  # it still has the button

    ended = str(date.today() - timedelta(days=2))  # noqa: DTZ011 - over in every time zone
    await system.publish(family.auto(status="Cancelled", cancellation_on=ended))
    await reload_until(page, "No active policies")
    await reload_until(page, "no longer current")
    card = await visitor.context.request.get(before.url)
    assert (await card.body()).startswith(b"%PDF")  # what was issued stays within reach

    refused = await open_card(visitor, stale)
    await expect(refused.get_by_role("heading", level=1)).to_have_text("Page not found")
    await page.get_by_role("link", name="ID Card(s)").click()
    await expect(page.get_by_role("heading", name="No ID cards")).to_be_visible()
    await page.goto(f"{portal.url}/demo/policies?status=past")
    await expect(page.get_by_text("Cancelled").first).to_be_visible()


async def test_deleted_policy_is_gone(arrive: Arrive, system: AgencySystem, visitor: Visitor) -> None:
    family = await arrive(Household(mobile=True))
    page = await visitor.come_in(family.email)
    await expect(page.get_by_text(family.policy_number)).to_be_visible()
    await system.publish(family.auto() | {"type": "ams.policy.deleted.v1", "data": None})
    await reload_until(page, "No active policies")
    await expect(page.get_by_text(family.policy_number)).to_have_count(0)


async def test_policy_and_document_of_another_account_are_pages_that_do_not_exist(
    portal: Portal, arrive: Arrive, open_browser: OpenBrowser
) -> None:
    owner, stranger = await open_browser(), await open_browser()
    family, others = await arrive(Household(mobile=True)), await arrive(Household(mobile=True))
    page = await owner.come_in(family.email)
    card = await open_card(owner, page)
    await page.get_by_role("link", name="Personal Auto").first.click()
    await expect(page.get_by_text(family.vin)).to_be_visible()
    curious = await stranger.come_in(others.email)
    await expect(curious.get_by_role("heading", name="Hello, Ada")).to_be_visible()
    for address in (page.url, card.url, f"{portal.url}/demo/no/such/page"):
        answer = await curious.goto(address)
        assert answer is not None
        assert answer.status == 404
        await expect(curious.get_by_role("heading", level=1)).to_have_text("Page not found")
        await expect(curious.get_by_text("Bramblewick & Lark").first).to_be_visible()
        await expect(curious.get_by_role("contentinfo").get_by_text("(512) 555-0100")).to_be_visible()
        assert family.policy_number not in await curious.content()
