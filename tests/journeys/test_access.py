"""The Client Center access toggle: who gets in, who is told to ask the agent, and what a change of it does."""

import pytest
from playwright.async_api import expect

from .agency_system import AgencySystem
from .conftest import Arrive
from .front_end import FrontEnd
from .household import Household
from .portal import until
from .visitor import CODE, EMAIL, SIGN_IN, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.stack]
NOT_FOUND = "This email address is not found. Please contact your agent directly."


@pytest.mark.parametrize("email", ["robin.bell@example.com", "nobody.at.all@example.com"])
async def test_contact_without_access_and_a_stranger_read_the_same_sentence(
    either_visitor: Visitor, email: str
) -> None:
    page = await either_visitor.page("/demo")
    await page.get_by_label(EMAIL).fill(email)
    await page.get_by_role("button", name=SIGN_IN).click()
    assert (await page.get_by_role("alert").inner_text()).strip() == NOT_FOUND
    await expect(page.get_by_label(EMAIL)).to_have_value(email)
    assert await either_visitor.mailbox.sent_to(email) == []


async def test_additional_contact_with_the_toggle_on_sees_the_account(visitor: Visitor) -> None:
    page = await visitor.sign_in("casey.bell@example.com")
    await expect(page.get_by_role("heading", name="Hello, Casey")).to_be_visible()
    await expect(page.get_by_role("main").get_by_text("Bell household")).to_be_visible()


async def test_toggle_that_the_agency_turns_on_lets_in_and_turned_off_shows_the_door(
    arrive: Arrive, front_end: FrontEnd, system: AgencySystem, visitor: Visitor
) -> None:
    family = Household()
    await arrive(family, family.contact("Ben", "additional"))
    ben = family.email_of("ben")
    assert (await front_end.start(ben)).json()["code"] == "email_not_found"

    await system.publish(family.contact("Ben", "additional", access=True))
    await front_end.known(ben)
    page = await visitor.come_in(ben)
    await expect(page.get_by_role("heading", name="Hello, Ben")).to_be_visible()

    await system.publish(family.contact("Ben", "additional", access=False))

    async def asked_to_sign_in() -> bool:
        await page.goto(f"{visitor.url}/demo/policies")
        return await page.get_by_label(EMAIL).count() > 0

    await until(asked_to_sign_in)
    assert (await front_end.start(ben)).json()["title"] == NOT_FOUND


async def test_changed_address_ends_what_the_old_one_opened(
    arrive: Arrive, front_end: FrontEnd, system: AgencySystem, visitor: Visitor
) -> None:
    family = await arrive(Household())
    page = await visitor.sign_in(family.email)
    await expect(page.get_by_role("heading", name="Hello, Ada")).to_be_visible()
    await system.publish(family.contact(email=f"new.{family.email}"))

    async def asked_to_sign_in() -> bool:
        await page.reload()
        return await page.get_by_label(EMAIL).count() > 0

    await until(asked_to_sign_in)
    await visitor.sign_in(f"new.{family.email}", page)
    await expect(page.get_by_label(CODE)).to_have_count(0)
    await expect(page.get_by_role("heading", name="Hello, Ada")).to_be_visible()
    assert (await front_end.start(family.email)).status_code == 404
