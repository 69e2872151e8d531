"""A member's own ways to sign in as pages and as JSON, and the agency's clients at Google and Microsoft."""

import json
from typing import Any

import httpx
import pyotp
import pytest

from contracts.identity.own_ways import BeginAuthenticator, GetOwnWays
from contracts.principal import Role
from tests.identity.authenticator import Authenticator
from tests.identity.crew import Crew, Worker, another

from ..browsing import fields, send
from ..conftest import SAME_SITE, Gateway
from .conftest import SLUG, household, of, on_the_way

HERE = f"/{SLUG}/console/sign-in-methods"
OPENID = f"/{SLUG}/console/settings/openid"
TENANT = "11111111-2222-3333-4444-555555555555"


async def grow_old(crew: Crew) -> None:
    await crew.identity.logins.fetch("UPDATE sessions SET proven_at = now() - interval '16 minutes'")


async def api(door: Gateway, worker: Worker, method: str, path: str, **body: Any) -> httpx.Response:
    async with door.browser(headers={"authorization": f"Bearer {worker.token}"}) as browser:
        return await browser.request(method, f"/api/v1/{SLUG}/sign-in-methods{path}", json=body or None)


async def test_a_member_changes_the_authenticator_on_its_page_without_a_script(crew: Crew, door: Gateway) -> None:
    ana = await crew.hire("Ana", Role.CSR)
    async with of(door, ana) as browser:
        page = await browser.get(f"{HERE}/authenticator")
        key = await ana.ask(BeginAuthenticator())
        assert "<svg" in page.text and key.key[:4] in page.text
        wrong = await send(browser, page, {"code": "abc"})
        page = await browser.get(wrong.headers["location"])
        assert "This identification code is not right." in page.text
        done = await send(browser, page, {"code": pyotp.TOTP(key.key).now()})
        assert done.headers["location"] == HERE
        assert "The new authenticator app counts from now on." in (await browser.get(HERE)).text
        refused = await send(browser, await browser.get(HERE), {}, f"{HERE}/authenticator/remove")
        assert refused.status_code == 409
        assert "Nothing else opens the console for you." in refused.text


async def test_who_came_in_a_while_ago_signs_in_again_and_comes_back(crew: Crew, door: Gateway) -> None:
    ana = await crew.hire("Ana")
    await grow_old(crew)
    async with of(door, ana) as browser:
        for address, method in (
            (f"{HERE}/passkeys/new", "GET"),
            (f"{HERE}/authenticator", "GET"),
            (f"{HERE}/authenticator", "POST"),
            (f"{HERE}/authenticator/remove", "POST"),
        ):
            data = {"csrf": fields(await browser.get(HERE))["csrf"], "code": "1"} if method == "POST" else None
            sent_away = await browser.request(method, address, data=data, headers=SAME_SITE)
            back = address.removesuffix("/remove") if address.endswith("authenticator") else address
            back = HERE if address.endswith("/remove") else back
            wanted = back.removeprefix(f"/{SLUG}/console")
            assert sent_away.headers["location"] == f"/{SLUG}/console/sign-in?next={wanted}", address
        door_page = await browser.get(sent_away.headers["location"])
        assert "For your safety, please sign in again" in door_page.text
    entry = (await crew.begin(ana.member.id, ())).entry
    async with await on_the_way(door, entry, "/sign-in-methods/authenticator") as browser:
        browser.cookies.set("staff", ana.token, domain="localhost.local")
        page = await browser.get(f"/{SLUG}/console/second-factor")
        code = {"code": another(ana.authenticator)}
        done = await send(browser, page, code, f"/{SLUG}/console/second-factor/authenticator")
        assert done.headers["location"] == f"{HERE}/authenticator"
        assert (await browser.get(f"{HERE}/authenticator")).status_code == 200
    assert not await ana.is_in(), "the session that it replaces has ended"


async def test_what_the_page_does_systems_of_staff_do_over_json(crew: Crew, door: Gateway) -> None:
    ana, device = await crew.hire("Ana", Role.CSR), Authenticator()
    options = (await api(door, ana, "POST", "/passkeys/options")).json()["options"]

    credential = json.loads(device.make(options))
    made = await api(door, ana, "POST", "/passkeys", credential=credential, name="Phone")
    assert (made.status_code, made.json()["name"]) == (201, "Phone")
    passkey = made.json()["id"]
    assert (await api(door, ana, "PATCH", f"/passkeys/{passkey}", name="Blue phone")).status_code == 204
    key = (await api(door, ana, "POST", "/authenticator/key")).json()["key"]
    assert (await api(door, ana, "PUT", "/authenticator", code="1")).json()["attempts_left"] == 4
    assert (await api(door, ana, "PUT", "/authenticator", code=pyotp.TOTP(key).now())).status_code == 204
    assert (await api(door, ana, "DELETE", "/authenticator")).status_code == 204
    last = await api(door, ana, "DELETE", f"/passkeys/{passkey}")
    assert (last.status_code, last.json()["code"]) == (409, "last_means")
    shown = (await api(door, ana, "GET", "")).json()
    assert shown["authenticator_since"] is None and [one["name"] for one in shown["passkeys"]] == ["Blue phone"]
    assert (await api(door, ana, "DELETE", "/sessions")).json() == {"count": 0}
    await grow_old(crew)
    again = await api(door, ana, "POST", "/passkeys/options")
    assert (again.status_code, again.json()["code"]) == (403, "sign_in_again")
    assert (await api(door, ana, "DELETE", f"/sessions/{shown['sessions'][0]['id']}")).status_code == 204
    assert not await ana.is_in()


async def test_names_that_people_give_are_shown_as_they_are_and_do_nothing(crew: Crew, door: Gateway) -> None:
    ana = await crew.hire("Ana")
    options = (await api(door, ana, "POST", "/passkeys/options")).json()["options"]
    async with of(door, ana) as browser:
        page = await browser.get(f"{HERE}/passkeys/new")
        for credential in ("", "{}", "x" * 20_000):
            refused = await send(browser, page, {"credential": credential}, f"{HERE}/passkeys")
            assert refused.headers["location"] == f"{HERE}/passkeys/new"
            assert "This passkey could not be used." in (await browser.get(refused.headers["location"])).text
        made = await send(browser, page, {"credential": Authenticator().make(options), "name": ""}, f"{HERE}/passkeys")
        assert made.headers["location"] == HERE
        (passkey,) = (await ana.ask(GetOwnWays())).passkeys
        renamed = {"passkey": str(passkey.id), "name": "Ana\"s & Ben's"}
        page = await browser.get(HERE)
        assert (await send(browser, page, renamed, f"{HERE}/passkeys/rename")).status_code == 303
        assert "Ana&#34;s &amp; Ben&#39;s" in (await browser.get(HERE)).text
        for name in ("", " "):
            page = await browser.get(HERE)
            await send(browser, page, renamed | {"name": name}, f"{HERE}/passkeys/rename")
        assert (await ana.ask(GetOwnWays())).passkeys[0].name == "Ana\"s & Ben's"
        missing = await send(browser, page, {"passkey": "none"}, f"{HERE}/passkeys/remove")
        assert missing.status_code == 404


async def test_an_admin_sets_the_clients_and_nobody_reads_a_secret_again(crew: Crew, door: Gateway) -> None:
    boss = await crew.hire("Boss")
    secret = "secret-of-the-client"
    async with of(door, boss) as browser:
        page = await browser.get(OPENID)
        assert "http://localhost:8080/oidc/callback" in page.text
        google = {"client_id": "portal", "secret": secret, "insureds": "yes"}
        done = await send(browser, page, google, f"{OPENID}/google")
        page = await browser.get(done.headers["location"])
        assert "Saved." in page.text and secret not in page.text
        for form, provider, said in (
            ({"client_id": "portal", "secret": secret, "tenant": "common"}, "microsoft", "directory (tenant) id"),
            ({"client_id": "portal", "secret": "", "tenant": TENANT}, "microsoft", "needs its own secret"),
            ({"client_id": "another", "secret": "", "staff": "yes"}, "google", "needs its own secret"),
            ({"client_id": "portal", "secret": ""}, "google", "who it lets in"),
        ):
            refused = await send(browser, page, form, f"{OPENID}/{provider}")
            assert (refused.status_code, said in refused.text) == (409, True), form
            assert secret not in refused.text
        microsoft = {"client_id": "portal", "secret": secret, "tenant": TENANT.upper()}
        await send(browser, page, microsoft, f"{OPENID}/microsoft")
        await send(browser, page, {"client_id": "portal", "staff": "yes"}, f"{OPENID}/google")
        assert "Sign in with Microsoft" in (await browser.get(f"/{SLUG}/console/sign-in?next=/")).text
        assert (await send(browser, page, {}, f"{OPENID}/elsewhere")).status_code == 404
        async with door.browser(headers={"authorization": f"Bearer {boss.token}"}) as system:
            found = await system.get(f"/api/v1/{SLUG}/settings/openid")
            assert [(one["provider"], one["lets_in"]) for one in found.json()["items"]] == [
                ("google", ["staff"]),
                ("microsoft", ["staff"]),
            ]
            assert secret not in found.text
        gone = await send(browser, page, {}, f"{OPENID}/google/remove")
        assert "Nobody signs in there any more." in (await browser.get(gone.headers["location"])).text


@pytest.mark.parametrize("method", ["portal-link", "id-card"])
async def test_a_contact_of_another_account_is_nobody_there(crew: Crew, door: Gateway, method: str) -> None:
    await household(crew)
    agent = await crew.hire("Jamie", Role.AGENT)
    pat = await crew.identity.logins.value("SELECT id FROM contacts WHERE ams_id = 'C1'")
    async with of(door, agent) as browser:
        page = await browser.get(f"/{SLUG}/console/")
        elsewhere = f"/{SLUG}/console/accounts/{pat}/contacts/{pat}/{method}"
        form = {"policy": str(pat), "vehicle": "v"}
        assert (await send(browser, page, form, elsewhere)).status_code == 404


async def test_a_contact_s_page_sends_the_portal_s_address_and_cards_and_says_what_became_of_codes(
    crew: Crew, door: Gateway
) -> None:
    await household(crew)
    agent = await crew.hire("Jamie", Role.CSR)
    account = await crew.identity.logins.value("SELECT id FROM accounts WHERE ams_id = 'A1'")
    pat = await crew.identity.logins.value("SELECT id FROM contacts WHERE ams_id = 'C1'")
    here = f"/{SLUG}/console/accounts/{account}/contacts/{pat}"
    async with of(door, agent) as browser:
        page = await browser.get(here)
        assert "The recipient's mailbox is full." in page.text and "Bounced" in page.text
        assert page.text.count("Send this ID card now") == 2
        sought = (await browser.get(here, params={"q": "f-150"})).text
        assert sought.count("Send this ID card now") == 1 and 'name="q" type="search" value="f-150"' in sought
        assert "No vehicle matches your search" in (await browser.get(here, params={"q": "zeppelin"})).text
        sent = await send(browser, page, {}, f"{here}/portal-link")
        assert "on its way to p•••@e•••.com" in (await browser.get(sent.headers["location"])).text
        of_page = fields(page)
        card = {"policy": of_page["policy"], "vehicle": of_page["vehicle"]}
        sent = await send(browser, page, card, f"{here}/id-card")
        assert "The ID card is on its way" in (await browser.get(sent.headers["location"])).text
        york = await send(browser, page, card | {"vehicle": "v4"}, f"{here}/id-card")
        assert york.status_code == 409
        assert "In this state only the insurance company may issue ID cards." in york.text
        for _ in range(2):
            await send(browser, page, {}, f"{here}/portal-link")
        slow = await send(browser, page, {}, f"{here}/portal-link")
        assert slow.status_code == 409
