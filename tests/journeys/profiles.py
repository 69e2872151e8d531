"""Profiles of one chromium: what one person leaves is emptied and serves the next who wants the same sort."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, Error, Page, Request

PATIENCE = 30  # seconds


class Profile:
    """A profile, the empty tab that keeps its window open, and whom it has called."""

    def __init__(self, context: BrowserContext, tab: Page) -> None:
        self.context = context
        self._tab = tab
        self._origins: set[str] = set()
        context.on("request", self._called)

    async def empty(self) -> None:
        """Closes its tabs and forgets cookies, permissions, stores and cache."""
        for page in self.context.pages:
            if page is not self._tab:
                await page.close()
        await self.context.clear_cookies()
        await self.context.clear_permissions()
        line = await self.context.new_cdp_session(self._tab)
        await line.send("Network.clearBrowserCache")
        for origin in self._origins:
            await line.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        await line.detach()
        self._origins.clear()

    def _called(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.netloc:
            self._origins.add(f"{address.scheme}://{address.netloc}")


class Profiles:
    """Gives out profiles with nothing in them.

    A new one costs chromium a second of processor time (its first window and renderer), one that was emptied a third.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._empty: dict[str, list[Profile]] = defaultdict(list)

    @asynccontextmanager
    async def one(self, **options: Any) -> AsyncIterator[BrowserContext]:
        """A profile of somebody's own for as long as the block runs; `options` are those of new_context()."""
        free = self._empty[repr(sorted(options.items()))]
        profile = free.pop() if free else await self._new(options)
        try:
            yield profile.context
        finally:
            try:
                await asyncio.wait_for(profile.empty(), PATIENCE)
                free.append(profile)
            except (Error, TimeoutError):
                await closed(profile.context.close())

    async def _new(self, options: dict[str, Any]) -> Profile:
        context = await self._browser.new_context(**options)
        return Profile(context, await context.new_page())


async def closed(closing: Awaitable[None]) -> None:
    """Waits for the end of a browser or of a profile in it; on a busy machine chromium may never say that it came."""
    with suppress(TimeoutError):
        await asyncio.wait_for(closing, PATIENCE)
