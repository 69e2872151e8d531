"""What a browser does with a page: reads its forms and sends them."""

from html import unescape
from re import findall, search

import httpx

from .conftest import SAME_SITE


def fields(page: httpx.Response) -> dict[str, str]:
    """The hidden fields of a page's forms, by name."""
    found = findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text)
    return {name: unescape(value) for name, value in found}


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
