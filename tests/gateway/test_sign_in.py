"""Signing in by pages, without a line of JavaScript."""

import httpx

from contracts.identity.sign_in import CodeAgain, CodeOver, EmailNotFound, FinishSignIn, SendCode, SlowDown, StartSignIn
from contracts.kinds import SignInRequired
from contracts.policy.acknowledgement import VERSION
from contracts.policy.requests import MakeRequest

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


async def test_text_that_has_to_wait_leads_back_to_the_ways_with_the_wait(
    visitor: httpx.AsyncClient, world: World
) -> None:
    world.channels = samples.CHANNELS
    await send(visitor, await visitor.get("/demo/sign-in"), {"email": "pat.rivera@example.com"})
    page = await visitor.get("/demo/sign-in/channel")
    world.refuse[SendCode] = SlowDown(retry_after=50)
    answer = await send(visitor, page, {"channel": str(samples.CHANNELS[1].id)})
    assert answer.headers["location"] == "/demo/sign-in/channel"
    page = await visitor.get("/demo/sign-in/channel")
    assert SlowDown.title in page.text
    assert "You can try again in 1 minute." in page.text
    del world.refuse[SendCode]
    answer = await send(visitor, page, {"channel": str(samples.CHANNELS[0].id)})
    assert answer.headers["location"] == "/demo/sign-in/code"


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
    page = await visitor.get("/demo/sign-in/code")
    assert SlowDown.title in page.text
    assert "You can try again in 1 minute." in page.text
    assert SlowDown.title not in (await visitor.get("/demo/sign-in/code")).text
    world.refuse[StartSignIn] = SlowDown(retry_after=181)
    await send(visitor, await visitor.get("/demo/sign-in"), {"email": "pat.rivera@example.com"})
    page = await visitor.get("/demo/sign-in")
    assert "You can try again in 4 minutes." in page.text
    assert "4 minutes" not in (await visitor.get("/demo/sign-in")).text


async def test_too_many_wrong_codes_are_refused_in_words(visitor: httpx.AsyncClient, world: World) -> None:
    page = await _at_the_code(visitor)
    world.refuse[FinishSignIn] = SlowDown(retry_after=61)
    answer = await send(visitor, page, {"code": CODE})
    assert answer.headers["location"] == "/demo/sign-in/code"
    page = await visitor.get("/demo/sign-in/code")
    assert SlowDown.title in page.text
    assert "You can try again in 2 minutes." in page.text
    assert "sid" not in visitor.cookies


async def test_second_code_is_asked_for_in_words_and_opens_the_portal(visitor: httpx.AsyncClient, world: World) -> None:
    page = await _at_the_code(visitor)
    world.refuse[FinishSignIn] = CodeAgain(attempts_left=5)
    answer = await send(visitor, page, {"code": CODE})
    assert answer.headers["location"] == "/demo/sign-in/code"
    assert "sid" not in visitor.cookies
    page = await visitor.get("/demo/sign-in/code")
    assert CodeAgain.title in page.text
    del world.refuse[FinishSignIn]
    assert (await send(visitor, page, {"code": CODE})).headers["location"] == "/demo/"


async def test_page_does_not_say_that_a_code_went_out_where_that_would_tell(
    visitor: httpx.AsyncClient, world: World
) -> None:
    world.certain = False
    page = await _at_the_code(visitor)
    assert "is on file with your agent" in page.text
    assert "We e-mailed" not in page.text


async def test_one_of_two_people_behind_an_address_says_who_it_is(visitor: httpx.AsyncClient, world: World) -> None:
    world.people = samples.PEOPLE
    await send(visitor, await _at_the_code(visitor), {"code": CODE})
    page = await visitor.get("/demo/sign-in/account")
    assert "Who are you?" in page.text
    pat, alex, _ = samples.PEOPLE
    assert (page.text.count("Pat Rivera"), page.text.count("Alex Rivera")) == (2, 1)
    answer = await send(visitor, page, {"account": f"{alex.id}:{alex.contact}"}, to="/demo/sign-in/account")
    assert answer.headers["location"] == "/demo/"
    assert (world.chosen[-1].account, world.chosen[-1].contact) == (pat.id, alex.contact)
    for wrong in (f"{alex.id}:x", f"x:{alex.contact}", ""):
        foreign = await send(visitor, page, {"account": wrong}, to="/demo/accounts")
        assert foreign.status_code in (403, 404)


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


async def test_a_form_sent_after_the_session_has_ended_is_not_taken_for_done(
    insured: httpx.AsyncClient, world: World
) -> None:
    page = await insured.get("/demo/requests/new/general")
    world.refuse[MakeRequest] = SignInRequired()  # as whoever owns the data says of a session that has ended
    typed = {**fields(page), "details": "Please call me", "acknowledged": VERSION}
    answer = await send(insured, page, typed, to="/demo/requests")
    assert (answer.status_code, world.requested) == (303, [])
    said = await insured.get(answer.headers["location"])
    assert "what you sent last was not done" in said.text and 'name="email"' in said.text
    assert "was not done" not in (await insured.get("/demo/sign-in?next=/policies")).text


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
