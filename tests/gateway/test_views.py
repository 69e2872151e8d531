"""Read-only views of an insured's portal: a path and a cookie each, opened once, and nothing is sent from them."""

from collections.abc import Iterator
from html import unescape
from re import findall

import httpx
import pytest

from kit.ids import new_id

from . import portal_samples as samples
from .browsing import fields, open_view, send
from .conftest import SAME_SITE, Gateway, OpenGateway
from .looking import KEY, address_of
from .services import OTHER, PDF, World

ACCOUNT, SECOND = (account.id for account in samples.ACCOUNTS[:2])
SHOWN = ("/", "/information", "/agency", "/policies", f"/policies/{samples.POLICY.id}", "/id-cards")
HTTPS = "https://portal.example.com"


async def test_the_page_behind_the_address_says_who_looks_at_whom_and_why(
    visitor: httpx.AsyncClient, world: World
) -> None:
    page = await visitor.get(address_of(world)[1])
    assert page.status_code == 200
    for said in ("Jo Agent", "Pat Rivera", "Rivera household", "RIV-1001", "Asked for help with an ID card"):
        assert said in page.text
    assert page.headers["referrer-policy"] == "strict-origin"
    assert not page.cookies


async def test_whoever_only_follows_links_uses_nothing_up(visitor: httpx.AsyncClient, world: World) -> None:
    _, address = address_of(world)
    for method in ("GET", "GET", "HEAD", "OPTIONS"):
        await visitor.request(method, address)
    assert "OpenView" not in world.asked
    assert (await send(visitor, await visitor.get(address), {}, address)).status_code == 303


async def test_the_cookie_goes_to_the_view_alone(visitor: httpx.AsyncClient, world: World) -> None:
    impersonation, address = address_of(world)
    answer = await send(visitor, await visitor.get(address), {}, address)
    (cookie,) = answer.headers.get_list("set-cookie")
    name, *attributes = cookie.split("; ")
    assert name.startswith("ro=")
    lifetime = next(one for one in attributes if one.startswith("Max-Age"))
    assert 1790 <= int(lifetime.partition("=")[2]) <= 1800
    assert {"HttpOnly", "SameSite=strict", f"Path=/demo/view/{impersonation}/"} <= set(attributes)
    assert "ro" not in (await visitor.get("/demo/sign-in")).request.headers.get("cookie", "")


async def test_the_cookie_is_a_secure_one_over_https(open_gateway: OpenGateway, world: World) -> None:
    async with open_gateway(public_url=HTTPS) as gateway, gateway.browser() as browser:
        impersonation, address = address_of(world)
        csrf = fields(await browser.get(address))["csrf"]
        answer = await browser.post(address, data={"csrf": csrf}, headers={"Origin": HTTPS})
        (cookie,) = answer.headers.get_list("set-cookie")
        assert cookie.startswith("__Secure-ro=")
        assert {"Secure", f"Path=/demo/view/{impersonation}/"} <= set(cookie.split("; "))
        assert (await browser.get(f"/demo/view/{impersonation}/")).status_code == 200


@pytest.mark.parametrize("path", SHOWN)
async def test_every_page_stays_in_the_view(visitor: httpx.AsyncClient, world: World, path: str) -> None:
    root = await open_view(visitor, world)
    page = await visitor.get(f"{root}{path}")
    assert page.status_code == 200
    assert "Jo Agent is looking at Pat Rivera's portal" in page.text
    assert set(addresses(page)) <= {address for address in addresses(page) if address.startswith(f"{root}/")}
    body = page.text.partition("<main")[2].partition("</main>")[0]
    assert "<form" not in body.replace('<form class="filter"', "")  # a search only reads


def addresses(page: httpx.Response, *kinds: str) -> Iterator[str]:
    """Where links and forms of a page lead, but for assets, the agency's dress, and the world outside."""
    for address in findall(rf'(?:{"|".join(kinds or ("href", "action", "src"))})="([^"]+)"', page.text):
        if not address.startswith(("/assets/", "/demo/brand.css", "#", "tel:", "mailto:", "https://")):
            yield unescape(address)


async def test_every_link_of_a_view_leads_to_a_page(visitor: httpx.AsyncClient, world: World) -> None:
    root = await open_view(visitor, world)
    seen: dict[str, int] = {}
    waiting = [f"{root}/"]
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        page = await visitor.get(address)
        seen[address] = page.status_code
        if page.headers.get("content-type", "").startswith("text/html"):
            waiting += [found.partition("#")[0] for found in addresses(page, "href")]
    known = {f"{root}{path}" for path in SHOWN}
    assert known <= set(seen)
    # of the samples' documents, policies and requests only a few can be opened
    alike = {f"{root}/documents/", f"{root}/policies/", f"{root}/requests/"}
    others = {status for address, status in seen.items() if not address.startswith(tuple(alike))}
    assert not others & {404, 405}
    assert not [address for address in seen if not address.startswith(root)]


async def test_two_views_and_the_persons_own_session_never_mix(gateway: Gateway, world: World) -> None:
    world.accounts = 2
    async with gateway.browser() as browser:
        browser.cookies.set("sid", world.sign_in(account=SECOND), domain="localhost.local")
        one = await open_view(browser, world, account=ACCOUNT)
        other = await open_view(browser, world, account=SECOND)
        names = {account.id: account.name for account in samples.ACCOUNTS}
        for _ in range(2):
            for root, account in ((one, ACCOUNT), ("/demo", SECOND), (other, SECOND)):
                page = (await browser.get(f"{root}/information")).text
                assert names[account] in page.partition("<main")[2]
                assert ("is looking at" in page) == (root != "/demo")
        # one ends, and the others go on
        page = await browser.get(f"{one}/")
        await send(browser, page, {}, f"{one}/exit")
        statuses = [(await browser.get(f"{root}/information")).status_code for root in (one, other, "/demo")]
        assert statuses == [410, 200, 200]


async def test_a_view_that_is_over_says_so(visitor: httpx.AsyncClient, world: World, gateway: Gateway) -> None:
    root = await open_view(visitor, world)
    (sid,) = {session.sid for session in world.sessions.values()}
    world.sessions.clear()
    gateway.app._parts.sessions.forget(sid)
    for path in SHOWN:
        page = await visitor.get(f"{root}{path}")
        assert page.status_code == 410
        assert "This read-only view is over" in page.text
        assert "Rivera" not in page.text
    assert "This read-only view is over" in (await visitor.get(f"/demo/view/{new_id()}/")).text


async def test_the_address_is_refused_clearly_where_it_opens_nothing(visitor: httpx.AsyncClient, world: World) -> None:
    impersonation, address = address_of(world)
    page = await visitor.get(address)
    assert (await send(visitor, page, {}, address)).status_code == 303
    for again in (await visitor.get(address), await send(visitor, page, {}, address)):
        assert again.status_code == 410
        assert "This link can no longer be used" in again.text
        assert f'href="/demo/view/{impersonation}/"' in again.text  # this browser has it open
    visitor.cookies.clear()
    for again in (await visitor.get(address), await send(visitor, page, {}, address)):
        assert again.status_code == 410
        assert "Go to the open view" not in again.text
    for foreign in (
        f"/demo/view/{impersonation}/open/other",
        f"/{OTHER.slug}/view/{impersonation}/open/{KEY}",
        f"/demo/view/{new_id()}/open/{KEY}",
        f"/nobody/view/{impersonation}/open/{KEY}",
        f"/demo/view/x/open/{KEY}",
    ):
        assert (await visitor.get(foreign)).status_code == 404


async def test_a_document_opens_in_a_view(visitor: httpx.AsyncClient, world: World) -> None:
    root = await open_view(visitor, world)
    content = await visitor.get(f"{root}/documents/{next(iter(world.papers))}/content")
    assert content.content == PDF
    assert content.headers["content-security-policy"] == "sandbox"


async def test_leaving_ends_the_view_and_takes_its_cookie(visitor: httpx.AsyncClient, world: World) -> None:
    root = await open_view(visitor, world)
    page = await visitor.get(f"{root}/policies")
    forged = await visitor.post(f"{root}/exit", data={"csrf": "0" * 64}, headers=SAME_SITE)
    assert forged.status_code == 403
    answer = await send(visitor, page, {}, f"{root}/exit")
    assert answer.headers["location"] == f"{root}/over"
    assert f"Path={root}/" in answer.headers["set-cookie"]
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert not world.sessions
    over = await visitor.get(answer.headers["location"])
    assert (over.status_code, "You can close this tab" in over.text) == (200, True)


async def test_a_views_language_is_its_own(insured: httpx.AsyncClient, world: World) -> None:
    root = await open_view(insured, world)
    answer = await insured.get(f"{root}/language?to=es&back=/policies?status=past")
    assert answer.headers["location"] == f"{root}/policies?status=past"
    assert f"Path={root}/" in answer.headers["set-cookie"]
    page = await insured.get(f"{root}/policies")
    assert "Jo Agent está viendo el portal de Pat Rivera" in page.text
    assert '<html lang="en">' in (await insured.get("/demo/policies")).text
    for elsewhere in ("//example.com", "https://example.com", "/\\example.com", ""):
        back = await insured.get(f"{root}/language", params={"to": "en", "back": elsewhere})
        assert back.headers["location"] == f"{root}/"


async def test_what_the_own_portal_has_to_say_is_not_said_in_a_view(insured: httpx.AsyncClient, world: World) -> None:
    root = await open_view(insured, world)
    body = {"policy": str(samples.POLICY.id), "vehicle": samples.ID_CARDS.items[0].vehicle}
    await send(insured, await insured.get("/demo/id-cards"), body, "/demo/id-cards/email")
    assert "was e-mailed" not in (await insured.get(f"{root}/id-cards")).text
    assert "was e-mailed" in (await insured.get("/demo/id-cards")).text
