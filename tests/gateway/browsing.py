"""What a browser does with a page: reads its forms and sends them."""

from html import unescape
from re import findall, search
from typing import Any

import httpx

from .conftest import SAME_SITE
from .looking import address_of


def fields(page: httpx.Response) -> dict[str, str]:
    """The hidden fields of a page's forms, by name."""
    found = findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text)
    return {name: unescape(value) for name, value in found}


def links(text: str) -> list[str]:
    """The addresses that a page's links lead to."""
    return [unescape(found) for found in findall(r'<a [^>]*href="([^"]+)"', text)]


async def send(
    browser: httpx.AsyncClient, page: httpx.Response, values: dict[str, str], to: str = "", **headers: str
) -> httpx.Response:
    """Sends the page's form in <main>, or to another address, as the browser that shows it would."""
    if not to:
        main = page.text[page.text.index("<main") :]
        found = search(r'<form[^>]*method="post" action="([^"]+)"', main)
        assert found, page.text
        to = found[1]
    return await browser.post(to, data={"csrf": fields(page)["csrf"], **values}, headers=SAME_SITE | headers)


async def open_view(browser: httpx.AsyncClient, world: Any, **of: Any) -> str:
    """Opens a view as a click in the agency's system does; returns its root."""
    impersonation, address = address_of(world, **of)
    answer = await send(browser, await browser.get(address), {}, address)
    root = f"/demo/view/{impersonation}"
    assert (answer.status_code, answer.headers["location"]) == (303, f"{root}/")
    return root
