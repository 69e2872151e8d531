"""A person in front of a browser: one way through sign-in, and an eye on what the browser complains of."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import BrowserContext, ConsoleMessage, Error, Page, Response, WebError, expect

from .front_end import FrontEnd
from .mailbox import Mailbox
from .profiles import Profiles
from .secrets_seen import SecretsSeen

EMAIL, CODE, LOGIN = "E-mail address", "Identification Code", "Login"
SIGN_IN = re.compile("^Sign In$")  # and no other way of signing in
FAILED = "Failed to load resource"  # what a browser's console says of every refusal


@dataclass
class Visitor:
    """A browser of one person's own; `complaints` are what its console and its pages said was wrong."""

    context: BrowserContext
    url: str
    mailbox: Mailbox
    seen: SecretsSeen
    complaints: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    async def page(self, path: str = "") -> Page:
        """A new tab, with an address open in it."""
        page = await self.context.new_page()
        if path:
            await page.goto(self.url + path)
        return page

    async def come_in(self, email: str) -> Page:
        """A tab with Home in it; signed in over the API, for those who do not look at signing in."""
        token = await FrontEnd(self.mailbox.client, self.mailbox, self.seen).sign_in(email)
        await self.context.add_cookies([{"name": "sid", "value": token, "url": self.url, "httpOnly": True}])
        return await self.page("/demo/")

    async def sign_in(self, email: str, page: Page | None = None) -> Page:
        """Signs in by a code in an e-mail; returns the tab with the page after."""
        page = page or await self.page("/demo")
        code = await self.ask_for_code(page, email)
        await page.get_by_label(CODE).fill(code)
        await page.get_by_role("button", name=LOGIN).click()
        return page

    async def ask_for_code(self, page: Page, email: str) -> str:
        """From the form for the address to the code that was sent."""
        before = await self.mailbox.sent_to(email)
        await page.get_by_label(EMAIL).fill(email)
        await page.get_by_role("button", name=SIGN_IN, exact=True).click()
        await expect(page).not_to_have_url(f"{self.url}/demo/sign-in")
        if page.url.endswith("/channel"):
            await page.get_by_role("button", name="E-mail").click()
        await expect(page.get_by_role("heading", name=CODE)).to_be_visible()
        return await self.mailbox.code_after(email, before)

    async def cookies(self) -> dict[str, str]:
        """The portal's cookies by name."""
        return {str(cookie["name"]): str(cookie["value"]) for cookie in await self.context.cookies()}

    def watch(self) -> None:
        """Notes what the consoles of all tabs say, and answers that lack the content security policy."""
        self.context.on("console", self._console)
        self.context.on("weberror", self._error)
        self.context.on("response", self._response)

    def look_away(self) -> None:
        """Notes nothing more: somebody else has the profile from now on."""
        self.context.remove_listener("console", self._console)
        self.context.remove_listener("weberror", self._error)
        self.context.remove_listener("response", self._response)

    def _error(self, found: WebError) -> None:
        self.complaints.append(str(found.error))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            about = message.location["url"]
            if message.text.startswith(FAILED) and about in self.refused:
                return  # a page that is refused on purpose is noted by the browser too
            self.complaints.append(f"{about}: {message.text}")

    def _response(self, response: Response) -> None:
        if not response.url.startswith(self.url) or not response.request.is_navigation_request():
            return
        if response.status >= 400:
            self.refused.add(response.url)
            self.complaints[:] = [one for one in self.complaints if not one.startswith(f"{response.url}: {FAILED}")]
        policy = response.headers.get("content-security-policy", "")
        shown_by_browser = response.url.endswith("/content")  # a PDF, of whose headers its viewer tells nothing
        if not shown_by_browser and "default-src 'none'" not in policy:
            self.complaints.append(f"{response.url}: content security policy {policy!r}")


@asynccontextmanager
async def visiting(
    profiles: Profiles, url: str, mailbox: Mailbox, seen: SecretsSeen, **options: Any
) -> AsyncIterator[Visitor]:
    """A person's browser with nothing in it; its secrets are noted when it is closed."""
    async with profiles.one(**options) as context:
        visitor = Visitor(context, url, mailbox, seen)
        visitor.watch()
        try:
            yield visitor
        finally:
            seen.note_cookies(await visitor.cookies())
            visitor.look_away()


async def take_pictures(visitor: Visitor, folder: Any) -> list[str]:
    """Pictures of the open tabs, for whoever looks into a failure."""
    taken = []
    for number, page in enumerate(visitor.context.pages, 1):
        try:
            await page.screenshot(path=folder / f"tab-{number}.png", timeout=5000)
        except Error:
            continue
        taken.append(f"{page.url}: {folder / f'tab-{number}.png'}")
    return taken
