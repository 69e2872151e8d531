"""The way of a browser to an OpenID provider and back, once, and for no other browser."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse

from contracts.identity.openid import (
    FinishGoogleSignIn,
    OpenidAway,
    OpenidOver,
    OpenidRefused,
    OpenidReturn,
)
from contracts.kinds import NotFound
from services.identity.openid import calls

from .provider import CLIENT, SECRET, asked_of
from .world import PAT, Google


async def test_the_browser_is_sent_with_everything_that_binds_the_answer_to_it(google: Google) -> None:
    await google.household()
    begun = await google.begin(PAT)
    asked = asked_of(begun.url)
    assert begun.url.startswith(f"{google.provider.url}/authorize?")
    assert asked.return_address == "http://localhost:8080/oidc/callback"
    wanted = {
        "response_type": "code",
        "client_id": CLIENT,
        "scope": "openid email profile",
        "code_challenge_method": "S256",
        "prompt": "select_account",
        "login_hint": PAT,
    }
    assert {name: asked.parameters[name] for name in wanted} == wanted
    others = asked_of((await google.begin()).url)
    values = {asked.state, asked.nonce, asked.challenge, others.state, others.nonce, others.challenge}
    assert len(values) == 6 and all(len(value) == 43 for value in values)
    rests = str([dict(row) for row in await google.identity.logins.fetch("SELECT * FROM openid_flows")])
    assert not [value for value in (*values, begun.carried) if value in rests]


async def test_the_providers_code_is_traded_with_the_verifier_and_the_clients_secret(google: Google) -> None:
    await google.household()
    await google.come()
    (posted,) = google.provider.posted
    assert (posted["client_id"], posted["client_secret"]) == (CLIENT, SECRET)
    assert len(posted["code_verifier"]) == 43


async def test_a_code_a_token_and_a_way_work_once(google: Google) -> None:
    await google.household()
    await google.link()
    begun = await google.begin()
    state, code = google.provider.vouch(begun.url, PAT)
    claims = google.provider.codes[code][1]
    assert (await google.finish(begun, state, code)).signed_in is not None
    with pytest.raises(OpenidOver):  # the same way again
        await google.finish(begun, state, code)
    another = await google.begin()
    with pytest.raises(OpenidRefused):  # the same code on another way
        await google.finish(another, asked_of(another.url).state, code)
    third = await google.begin()
    google.provider.sign = lambda _: google.provider.signed(claims)
    with pytest.raises(OpenidRefused):  # the same token on another way
        await google.finish(third, *google.provider.vouch(third.url, PAT))


async def test_what_an_attacker_got_for_himself_does_not_fit_the_victims_browser(google: Google) -> None:
    """GHSA-fg6f-75jq-6523: an answer for one browser, planted in another, signs nobody in anywhere."""
    await google.household()
    await google.household("attacker.person.9@gmail.com", number=2)
    await google.link("attacker.person.9@gmail.com")
    attackers, victims = await google.begin(), await google.begin()
    state, code = google.provider.vouch(attackers.url, "attacker.person.9@gmail.com")
    with pytest.raises(OpenidOver):  # the attacker's whole answer with the victim's cookie
        await google.finish(victims, state, code)
    with pytest.raises(OpenidRefused):  # the attacker's code under the victim's own state: the verifier is another
        await google.finish(victims, asked_of(victims.url).state, code)
    fresh = await google.begin()
    with pytest.raises(OpenidOver):  # a browser that is on no way, or brings no state
        await google.finish(fresh, "", code)
    with pytest.raises(OpenidOver):
        await google.finish(fresh.model_copy(update={"carried": "nothing"}), state, code)
    # a planted answer has not ended the way that the browser itself is on
    assert (await google.finish(fresh, *google.provider.vouch(fresh.url, PAT))).sign_in is not None


async def test_a_way_is_for_its_agency_its_purpose_and_half_an_hour(google: Google) -> None:
    await google.household()
    begun = await google.begin()
    state, code = google.provider.vouch(begun.url, PAT)
    await google.identity.logins.fetch("UPDATE openid_flows SET purpose = 'staff'")
    with pytest.raises(OpenidOver):
        await google.finish(begun, state, code)
    await google.identity.logins.fetch(
        "UPDATE openid_flows SET purpose = 'insureds', expires_at = expires_at - interval '31 minutes'"
    )
    with pytest.raises(OpenidOver):
        await google.finish(begun, state, code)
    await google.begin()
    assert await google.identity.logins.value("SELECT count(*) FROM openid_flows") == 1  # the old one is swept
    returned = OpenidReturn(carried=begun.carried, state=state, code=code)
    with pytest.raises(NotFound):
        await google.asker.ask(FinishGoogleSignIn(agency="riverside", returned=returned))


async def test_whoever_turns_back_or_comes_from_another_issuer_is_not_signed_in(google: Google) -> None:
    await google.household()
    for answer in ({"error": "access_denied"}, {"issuer": "https://accounts.example.com"}):
        begun = await google.begin()
        state, code = google.provider.vouch(begun.url, PAT)
        with pytest.raises(OpenidRefused):
            await google.finish(begun, state, code, **answer)
    begun = await google.begin()
    state, code = google.provider.vouch(begun.url, PAT)
    assert (await google.finish(begun, state, code, issuer=google.provider.url)).sign_in is not None


async def test_a_provider_that_is_away_slow_or_talks_too_much_is_said_to_be_away(
    google: Google, monkeypatch: pytest.MonkeyPatch
) -> None:
    await google.household()

    async def dripping() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield b" "
            await asyncio.sleep(0.1)
        yield b"{}"

    answers: list[Callable[[], Any]] = [
        lambda: Response(status_code=500),
        lambda: Response(status_code=429),
        lambda: RedirectResponse("http://127.0.0.1:1/token", 307),
        lambda: JSONResponse({"pad": "x" * 300_000}),
        lambda: Response(b"[1]", media_type="application/json"),
        lambda: Response(b"<html>"),
    ]
    for answer in answers:
        google.provider.answer = answer
        with pytest.raises(OpenidAway) as away:
            await google.come()
        assert away.value.facts == {"retry_after": 30}
    with monkeypatch.context() as short:
        short.setattr(calls, "PATIENCE", 0.3)
        google.provider.answer = lambda: StreamingResponse(dripping(), media_type="application/json")
        with pytest.raises(OpenidAway):
            await google.come()
    google.provider.answer = lambda: JSONResponse({"error": "invalid_client"}, 401)
    with pytest.raises(OpenidRefused):
        await google.come()
    google.provider.answer = None
    assert (await google.come()).sign_in is not None


async def test_a_client_that_is_taken_away_ends_the_ways_that_people_are_on(google: Google) -> None:
    await google.household()
    begun = await google.begin()
    state, code = google.provider.vouch(begun.url, PAT)
    await google.set_client()
    with pytest.raises(OpenidOver):
        await google.finish(begun, state, code)
