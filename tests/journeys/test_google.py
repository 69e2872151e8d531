"""Sign in with Google, which a stand-in plays: the first time, ever after, and for those who are not let in."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Page, Route, expect

from .conftest import Arrive, OpenBrowser
from .front_end import FrontEnd
from .household import Household
from .portal import Portal
from .secrets_seen import SecretsSeen
from .visitor import CODE, EMAIL, LOGIN, SIGN_IN, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.stack]

KIM = "portico.demo.insured@gmail.com"
GOOGLE, AGAIN = "Sign in with Google", "Try again with Google"


async def to_google(page: Page, email: str) -> None:
    """From the form for the address to Google's page."""
    await page.get_by_label(EMAIL).fill(email)
    await page.get_by_role("button", name=SIGN_IN).click()
    await expect(page.get_by_role("heading", name=GOOGLE)).to_be_visible()
    await expect(page.get_by_text(f"{email} is a Gmail address")).to_be_visible()
    await page.get_by_role("link", name=GOOGLE).click()
    await expect(page.get_by_role("heading", name="Choose an account")).to_be_visible()


async def choose(page: Page, email: str) -> None:
    """Takes an account that Google's page has not on its list."""
    await page.get_by_label("Another account").fill(email)
    await page.get_by_role("button", name="Continue").click()


async def sign_out(page: Page) -> None:
    await page.get_by_role("button", name="Exit").click()
    await expect(page.get_by_text("signed out")).to_be_visible()


async def with_gmail(arrive: Arrive, front_end: FrontEnd) -> Household:
    """A household with Gmail; what was told of it is known once its last contact can sign in."""
    family = Household(mobile=True, mail="gmail.com")
    bob = f"bob.wrenley{family.number}@example.com"
    await arrive(family, family.contact("Bob", "second", access=True, email=bob, mobile=""))
    await front_end.known(bob)
    return family


async def test_first_sign_in_with_google_asks_for_a_code_and_the_second_does_not(
    arrive: Arrive, front_end: FrontEnd, either_visitor: Visitor, portal: Portal
) -> None:
    family = await with_gmail(arrive, front_end)
    page = await either_visitor.page("/demo/policies")
    await to_google(page, family.email)
    await choose(page, family.email)
    await expect(page.get_by_text("Google has confirmed who you are.")).to_be_visible()
    code = await either_visitor.mailbox.code_after(family.email, [])
    assert await either_visitor.mailbox.sent_to(family.telephone) == []
    await page.get_by_label(CODE).fill(code)
    await page.get_by_role("button", name=LOGIN).click()
    await expect(page).to_have_url(f"{portal.url}/demo/policies")  # what was asked for at first
    await sign_out(page)

    await page.goto(f"{portal.url}/demo/sign-in")
    await to_google(page, family.email)
    await choose(page, family.email)
    await expect(page.get_by_role("heading", name="Hello, Ada")).to_be_visible()
    assert len(await either_visitor.mailbox.sent_to(family.email)) == 1


async def test_a_google_account_that_is_removed_asks_for_a_code_again(
    arrive: Arrive, front_end: FrontEnd, visitor: Visitor, portal: Portal
) -> None:
    family = await with_gmail(arrive, front_end)
    page = await visitor.page("/demo")
    await to_google(page, family.email)
    await choose(page, family.email)
    await page.get_by_label(CODE).fill(await visitor.mailbox.code_after(family.email, []))
    await page.get_by_role("button", name=LOGIN).click()
    await expect(page.get_by_role("heading", name="Hello, Ada")).to_be_visible()
    await page.locator("summary").click()
    await page.get_by_role("link", name="Ways to sign in").click()
    mine = page.get_by_role("region", name="Google")
    await expect(mine.get_by_text(family.email).first).to_be_visible()
    await mine.get_by_role("button", name="Remove").click()
    await expect(page.get_by_text("This Google account no longer opens the portal.")).to_be_visible()
    await expect(mine.get_by_role("button", name="Remove")).to_have_count(0)
    await sign_out(page)

    before = await visitor.mailbox.sent_to(family.email)
    await page.goto(f"{portal.url}/demo/sign-in")
    await to_google(page, family.email)
    await choose(page, family.email)
    await expect(page.get_by_label(CODE)).to_be_visible()
    await visitor.mailbox.code_after(family.email, before)


async def test_other_accounts_are_told_the_portals_own_sentences_and_whoever_turns_back_may_try_again(
    visitor: Visitor,
) -> None:
    page = await visitor.page("/demo")
    await to_google(page, KIM)
    await page.get_by_role("button", name="jamie@kim.example").click()
    await expect(page.get_by_role("alert")).to_have_text("Couldn't find your Google Account.")
    await page.get_by_role("link", name=AGAIN).click()
    await page.get_by_role("button", name="nobody.here.555@gmail.com").click()
    sentence = "This email address is not found. Please contact your agent directly."
    await expect(page.get_by_role("alert")).to_have_text(sentence)
    await page.get_by_role("link", name=AGAIN).click()
    await page.get_by_role("button", name="Cancel").click()
    await expect(page.get_by_role("alert")).to_have_text("The sign-in was not completed. Please try again.")
    await page.get_by_role("link", name=AGAIN).click()
    await page.get_by_role("button", name=KIM).click()
    await expect(page.get_by_label(CODE)).to_be_visible()


async def test_an_answer_that_an_attacker_got_for_himself_opens_nothing_in_somebody_elses_browser(
    open_browser: OpenBrowser, portal: Portal, seen: SecretsSeen
) -> None:
    """GHSA-fg6f-75jq-6523: the state has to be that of the browser which brings it."""
    attacker, victim = await open_browser(), await open_browser()
    caught: list[str] = []

    async def catch(route: Route) -> None:
        answer = await route.fetch(max_redirects=0)
        caught.append(answer.headers["location"])
        await route.fulfill(body="kept")

    page = await attacker.page("/demo")
    await to_google(page, KIM)
    await page.route(re.compile("/google/authorize"), catch)
    await page.get_by_role("button", name=KIM).click()
    await expect(page.get_by_text("kept")).to_be_visible()
    planted = caught[0].removeprefix(portal.url)
    answered = parse_qs(urlsplit(planted).query)
    seen.returned |= {answered["code"][0], answered["state"][0]}

    fresh = await victim.page(planted)
    await expect(fresh.get_by_text("This sign-in can no longer be used. Please start again.")).to_be_visible()
    on_the_way = await victim.page("/demo")
    await to_google(on_the_way, KIM)
    await fresh.goto(portal.url + planted)
    await expect(fresh.get_by_role("alert")).to_have_text("This sign-in can no longer be used. Please start again.")
    assert "sid" not in await victim.cookies()
    await on_the_way.get_by_role("button", name=KIM).click()  # the victim's own way goes on
    await expect(on_the_way.get_by_label(CODE)).to_be_visible()
