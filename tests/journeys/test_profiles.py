"""A profile that served somebody before has nothing of theirs: no cookie, no store, no page in its cache."""

import pytest
from playwright.async_api import Page

from .portal import Portal
from .profiles import Profiles

pytestmark = [pytest.mark.browser, pytest.mark.stack]
NOBODY_ELSES = {"locale": "en-GB"}
FETCHED = "performance.getEntriesByType('resource').filter(one => one.name.includes('/assets/') && one.transferSize)"


async def fetched(page: Page, address: str) -> int:
    """How many assets of a page came over the network."""
    await page.goto(address)
    return int(await page.evaluate(f"{FETCHED}.length"))


async def test_what_one_person_leaves_the_next_does_not_find(portal: Portal, profiles: Profiles) -> None:
    address = f"{portal.url}/demo/sign-in"
    async with profiles.one(**NOBODY_ELSES) as first:
        page = await first.new_page()
        assert await fetched(page, address) > 0
        assert await fetched(page, address) == 0
        await page.evaluate("localStorage.setItem('left', 'something')")
        await first.add_cookies([{"name": "left", "value": "something", "url": portal.url}])
        allowed = await page.evaluate("Notification.permission")
        await first.grant_permissions(["notifications"])
        assert await page.evaluate("Notification.permission") == "granted" != allowed
    async with profiles.one(**NOBODY_ELSES) as second:
        assert second is first
        assert await second.cookies() == []
        page = await second.new_page()
        assert await fetched(page, address) > 0
        assert await page.evaluate("localStorage.length") == 0
        assert await page.evaluate("Notification.permission") == allowed
        assert len(second.pages) == 2
