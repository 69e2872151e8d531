"""Signing in by pages, without a line of JavaScript."""

import httpx

from contracts.identity.sign_in import CodeOver, EmailNotFound, FinishSignIn, SendCode, SlowDown

from . import portal_samples as samples
from .browsing import fields, send
from .services import CODE, World


async def test_address_and_code_lead_home(visitor: httpx.AsyncClient, world: World) -> None:
    page = await visitor.get("/demo/sign-in")
    assert page.status_code == 200
    answer = await send(visitor, page, {"email": "pat.rivera@example.com"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/demo/sign-in/code")
    page = await visitor.get("/demo/sign-in/code")
    assert samples.CHANNELS[0].masked in page.text
    answer = await send(visitor, page, {"code": f" {CODE} "})
    assert (answer.status_code, answer.headers["location"]) == (303, "/demo/")
    home = await visitor.get("/demo/")
    assert home.status_code == 200
    assert "Hello, Pat" in home.text
    assert "flow" not in visitor.cookies


async def test_unknown_address_is_told_so_once(visitor: httpx.AsyncClient, world: World) -> None:
    page = await visitor.get("/demo/sign-in")
    answer = await send(visitor, page, {"email": "nobody@example.com"})
    assert answer.headers["location"] == "/demo/sign-in"
    page = await visitor.get("/demo/sign-in")
    assert EmailNotFound.title in page.text
    assert 'value="nobody@example.com"' in page.text
    assert EmailNotFound.title not in (await visitor.get("/demo/sign-in")).text


async def test_channel_is_chosen_where_there_are_two(visitor: httpx.AsyncClient, world: World) -> None:
    world.channels = samples.CHANNELS
    page = await visitor.get("/demo/sign-in")
    answer = await send(visitor, page, {"email": "pat.rivera@example.com"})
    assert answer.headers["location"] == "/demo/sign-in/channel"
    page = await visitor.get("/demo/sign-in/channel")
    answer = await send(visitor, page, {"channel": str(samples.CHANNELS[1].id)})
    assert answer.headers["location"] == "/demo/sign-in/code"
    page = await visitor.get("/demo/sign-in/code")
    assert samples.CHANNELS[1].masked in page.text
    forged = await send(visitor, page, {"channel": str(samples.AGENCY.id)}, to="/demo/sign-in/channel")
    assert forged.status_code == 403


async def test_wrong_code_says_how_many_tries_are_left(visitor: httpx.AsyncClient, world: World) -> None:
    page = await _at_the_code(visitor)
    answer = await send(visitor, page, {"code": "111111"})
    assert answer.headers["location"] == "/demo/sign-in/code"
    page = await visitor.get("/demo/sign-in/code")
    assert "This identification code is not right." in page.text
    assert "4 tries left" in page.text
    assert "not right" not in (await visitor.get("/demo/sign-in/code")).text
    answer = await send(visitor, page, {"code": CODE})
    assert answer.headers["location"] == "/demo/"


async def test_spent_code_offers_a_new_one(visitor: httpx.AsyncClient, world: World) -> None:
    page = await _at_the_code(visitor)
    world.refuse[FinishSignIn] = CodeOver()
    await send(visitor, page, {"code": CODE})
    page = await visitor.get("/demo/sign-in/code")
    assert "can no longer be used" in page.text
    assert 'name="code"' not in page.text
    del world.refuse[FinishSignIn]
    answer = await send(visitor, page, {}, to="/demo/sign-in/code/new")
    assert answer.headers["location"] == "/demo/sign-in/code"
    page = await visitor.get("/demo/sign-in/code")
    assert "A new code is on its way." in page.text
    assert 'name="code"' in page.text
    assert (await send(visitor, page, {"code": CODE})).headers["location"] == "/demo/"


async def test_sign_in_that_is_over_starts_again(visitor: httpx.AsyncClient, world: World) -> None:
    page = await _at_the_code(visitor)
    world.refuse[SendCode] = CodeOver()
    answer = await send(visitor, page, {}, to="/demo/sign-in/code/new")
    assert answer.headers["location"] == "/demo/sign-in"
    assert "can no longer be used" in (await visitor.get("/demo/sign-in")).text
    assert (await visitor.get("/demo/sign-in/code")).headers["location"] == "/demo/sign-in"


async def test_too_many_codes_are_refused_in_words(visitor: httpx.AsyncClient, world: World) -> None:
    page = await _at_the_code(visitor)
    world.refuse[SendCode] = SlowDown(retry_after=30)
    await send(visitor, page, {}, to="/demo/sign-in/code/new")
    assert "Too many identification codes" in (await visitor.get("/demo/sign-in/code")).text


async def test_one_of_two_accounts_is_chosen_and_switched(visitor: httpx.AsyncClient, world: World) -> None:
    world.accounts = 2
    answer = await send(visitor, await _at_the_code(visitor), {"code": CODE})
    assert answer.headers["location"] == "/demo/sign-in/account"
    assert (await visitor.get("/demo/")).headers["location"] == "/demo/sign-in/account"
    page = await visitor.get("/demo/sign-in/account")
    household, business = samples.ACCOUNTS
    assert household.name in page.text
    assert business.name in page.text
    before = visitor.cookies["sid"]
    answer = await send(visitor, page, {"account": str(business.id)}, to="/demo/sign-in/account")
    assert answer.headers["location"] == "/demo/"
    assert visitor.cookies["sid"] != before
    assert business.name in (await visitor.get("/demo/")).text
    page = await visitor.get("/demo/accounts")
    assert household.name in page.text
    answer = await send(visitor, page, {"account": str(household.id)}, to="/demo/accounts")
    assert household.name in (await visitor.get("/demo/")).text
    foreign = await send(
        visitor, await visitor.get("/demo/accounts"), {"account": str(samples.AGENCY.id)}, to="/demo/accounts"
    )
    assert foreign.status_code == 404


async def test_page_that_was_asked_for_is_opened_afterwards(visitor: httpx.AsyncClient, world: World) -> None:
    answer = await visitor.get("/demo/policies?status=past")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/demo/sign-in?next=/policies%3Fstatus%3Dpast"
    page = await visitor.get(answer.headers["location"])
    await send(visitor, page, {"email": "pat.rivera@example.com"})
    answer = await send(visitor, await visitor.get("/demo/sign-in/code"), {"code": CODE})
    assert answer.headers["location"] == "/demo/policies?status=past"


async def test_no_other_site_is_opened_afterwards(visitor: httpx.AsyncClient, world: World) -> None:
    for bad in ("https://evil.example", "//evil.example", "/\\evil.example", "/%0d%0aSet-Cookie:x=1", "javascript:1"):
        page = await visitor.get("/demo/sign-in", params={"next": bad})
        await send(visitor, page, {"email": "pat.rivera@example.com"})
        answer = await send(visitor, await visitor.get("/demo/sign-in/code"), {"code": CODE})
        assert answer.headers["location"].startswith("/demo/")
        assert "\n" not in answer.headers["location"]
        visitor.cookies.clear()


async def test_exit_ends_the_session_and_clears_the_browser(insured: httpx.AsyncClient, world: World) -> None:
    page = await insured.get("/demo/")
    answer = await send(insured, page, {}, to="/demo/sign-out")
    assert answer.headers["location"] == "/demo/sign-out"
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    assert "sid" not in insured.cookies
    assert world.sessions == {}
    assert "You are signed out" in (await insured.get("/demo/sign-out")).text
    assert (await insured.get("/demo/")).headers["location"] == "/demo/sign-in"


async def test_language_is_kept(visitor: httpx.AsyncClient, world: World) -> None:
    page = await visitor.get("/demo/sign-in")
    assert '<html lang="en">' in page.text
    answer = await send(visitor, page, {"language": "es", "back": fields(page)["back"]}, to="/demo/language")
    assert answer.headers["location"] == "/demo/sign-in"
    assert '<html lang="es">' in (await visitor.get("/demo/sign-in")).text
    page = await visitor.get("/demo/sign-in")
    outside = await send(visitor, page, {"language": "en", "back": "//evil.example"}, to="/demo/language")
    assert outside.headers["location"] == "/demo/"


async def test_browsers_language_and_agencys(visitor: httpx.AsyncClient, world: World) -> None:
    spanish = await visitor.get("/demo/sign-in", headers={"Accept-Language": "fr, es-MX;q=0.9, en;q=0.2"})
    assert '<html lang="es">' in spanish.text


async def _at_the_code(visitor: httpx.AsyncClient) -> httpx.Response:
    await send(visitor, await visitor.get("/demo/sign-in"), {"email": "pat.rivera@example.com"})
    return await visitor.get("/demo/sign-in/code")
