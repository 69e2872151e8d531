"""An agent's click in the agency's system opens an insured's portal, read-only, beside whatever else is open."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from .agency_system import AgencySystem
from .conftest import Arrive, OpenBrowser
from .household import Household, event
from .portal import Portal, until
from .visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.stack]

BANNER = "Read-only view"
OPEN = "Open the portal"


@dataclass
class ClientCenter:
    """The icon in the agency's system: it asks for one-time addresses with the system's access token."""

    client: httpx.AsyncClient

    async def address(self, family: Household) -> str:
        """Where a click leads."""
        wanted = {
            "account": f"JA-{family.number}",
            "agent": {"id": "u-17", "name": "Jo Agent", "email": "jo@example.com"},
            "reason": "Asked for help with an ID card",
        }
        answer = await self.client.post("/api/v1/demo/impersonations", json=wanted)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["url"])


@pytest_asyncio.fixture(scope="module")
async def icon(portal: Portal) -> AsyncIterator[ClientCenter]:
    """A system that was added on the command line and has traded its secret for an access token."""
    said = await portal.run("system", "add", "demo", "icon", "--scope", "impersonate")
    assert said.status == 0, said.err
    client_id, secret = re.findall(r"(?m)^PORTICO_CLIENT_(?:ID|SECRET)=(\S+)$", said.out)
    async with httpx.AsyncClient(base_url=portal.url, timeout=20) as client:
        form = {"grant_type": "client_credentials", "scope": "impersonate"}
        granted = await client.post("/oauth/token", data=form, auth=(client_id, secret))
        assert granted.status_code == 200, granted.text
        client.headers["Authorization"] = f"Bearer {granted.json()['access_token']}"
        yield ClientCenter(client)


async def follow(visitor: Visitor, address: str, *, scripts: bool = True) -> Page:
    """Opens a one-time address in a new tab; where no script does it, the person presses the button."""
    page = await visitor.page()
    await page.goto(address)
    button, banner = page.get_by_role("button", name=OPEN), page.get_by_role("region", name=BANNER)
    await expect(button.or_(banner).first).to_be_visible()
    if not scripts:
        await button.click()
    await expect(banner).to_be_visible()
    return page


async def sees(page: Page, family: Household) -> None:
    """The tab shows this household's policies and no others."""
    await page.get_by_role("link", name="Policies", exact=True).click()
    await expect(page.get_by_text(family.policy_number)).to_be_visible()
    assert set(re.findall(r"JN \d{7}", await page.content())) == {family.policy_number}


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
async def test_two_views_and_the_own_portal_stand_side_by_side(
    open_browser: OpenBrowser, icon: ClientCenter, arrive: Arrive, scripts: bool
) -> None:
    visitor = await open_browser(java_script_enabled=scripts)
    mine, first, second = [await arrive(Household()) for _ in range(3)]
    own = await visitor.come_in(mine.email)
    await expect(own.get_by_role("heading", name="Hello, Ada")).to_be_visible()
    one = await follow(visitor, await icon.address(first), scripts=scripts)
    other = await follow(visitor, await icon.address(second), scripts=scripts)
    for _ in range(2):
        for page, family in ((one, first), (own, mine), (other, second)):
            await sees(page, family)
            assert await page.get_by_role("region", name=BANNER).count() == (page is not own)
    await expect(one.get_by_text("Jo Agent is looking at Ada Wrenley's portal")).to_be_visible()
    assert await one.get_by_role("main").locator("form[method=post] >> visible=true").count() == 0

    await one.get_by_role("region", name=BANNER).get_by_role("button", name="Exit").click()
    await expect(one.get_by_role("heading", name="This read-only view is over")).to_be_visible()
    await sees(other, second)
    await sees(own, mine)


async def test_who_only_fetches_the_address_does_not_use_it_up(
    visitor: Visitor, icon: ClientCenter, arrive: Arrive
) -> None:
    address = await icon.address(await arrive(Household()))
    async with httpx.AsyncClient(timeout=20) as scanner:  # as mail scanners and link previews do
        for method in ("HEAD", "GET", "GET"):
            assert (await scanner.request(method, address)).status_code in (200, 405)
    page = await follow(visitor, address)
    again = await visitor.page()
    await again.goto(address)
    await expect(again.get_by_role("heading", name="This link can no longer be used")).to_be_visible()
    await again.get_by_role("link", name="Go to the open view").click()
    await expect(again.get_by_role("region", name=BANNER)).to_be_visible()
    await page.close()


async def test_nothing_can_be_written_from_a_view(visitor: Visitor, icon: ClientCenter, arrive: Arrive) -> None:
    family = await arrive(Household())
    page = await follow(visitor, await icon.address(family))
    await page.get_by_role("link", name="ID Card(s)", exact=True).click()
    await expect(page.get_by_text("Available", exact=True)).to_be_visible()
    root = re.sub(r"/id-cards$", "", page.url)
    api = f"{visitor.url}/api/v1/id-cards"
    visitor.refused |= {f"{root}/id-cards", f"{root}/language", api}  # which the browser notes too
    statuses = await page.evaluate(
        """async (root) => {
            const csrf = document.querySelector("[name=csrf]").value;
            const form = {method: "POST", body: new URLSearchParams({csrf, policy: "x", vehicle: "1"})};
            const json = {method: "POST", body: "{}", headers: {"content-type": "application/json"}};
            const sent = [[`${root}/id-cards`, form], [`${root}/language`, form], ["/api/v1/id-cards", json]];
            return Promise.all(sent.map(async ([to, how]) => (await fetch(to, how)).status));
        }""",
        root.removeprefix(visitor.url),
    )
    assert statuses == [403, 403, 403]


async def test_what_is_looked_at_ends_with_the_contact(
    visitor: Visitor, icon: ClientCenter, arrive: Arrive, system: AgencySystem
) -> None:
    family = await arrive(Household())
    page = await follow(visitor, await icon.address(family))
    gone = family.contact()
    await system.publish(event("contact", gone["subject"], deleted=True))

    async def over() -> bool:
        await page.reload()
        return await page.get_by_role("heading", name="This read-only view is over").count() == 1

    await until(over)
