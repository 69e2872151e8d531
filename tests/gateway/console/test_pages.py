"""The console's pages with the real identity behind them: who comes in, what the forms demand, what roles see."""

import re
from typing import Any

import httpx
import pyotp
import pytest
from starlette.routing import Route

from contracts.identity.accounts import GetAccount
from contracts.identity.second_factors import SetUpAuthenticator
from contracts.identity.sessions import Browser
from contracts.principal import Kind, Role, Scope
from kit.ids import new_id
from services.identity.signed_in import sessions
from tests.identity.crew import Crew, another

from ... import stack
from ..browsing import fields, send
from ..conftest import SAME_SITE, Gateway
from .conftest import DOMAIN, SLUG, household, links, of, on_the_way

# pages of the book, which other tests open with policy behind them
POLICYS = tuple(f"/{SLUG}/console/{page}" for page in ("requests", "tasks", "sync", "webhooks"))
ADMINS_PAGES = ("/staff", "/activity", "/settings", "/settings/openid", "/systems")


async def test_without_a_session_every_page_leads_to_the_door_and_back(crew: Crew, door: Gateway) -> None:
    await household(crew)
    member = await crew.add("Ana", Role.CSR)
    async with door.browser() as nobody:
        for path in ("", "/", "/staff", "/settings", "/activity", f"/accounts/{new_id()}", "/open?account=1001"):
            answer = await nobody.get(f"/{SLUG}/console{path}")
            assert (answer.status_code, answer.headers["location"]) == (303, f"/{SLUG}/console/sign-in"), path
        entry = (await crew.begin(member.id)).entry
        key = await crew.identity.asker.ask(SetUpAuthenticator(agency=SLUG, entry=entry))
    async with await on_the_way(door, entry, "/open?account=1001") as ana:
        page = await ana.get(f"/{SLUG}/console/second-factor/authenticator")
        assert "<svg" in page.text and " ".join(re.findall("....", key.key)) in page.text
        refused = await send(ana, page, {"code": "abc", "new": "1"})
        assert refused.headers["location"].endswith("/second-factor/authenticator")
        page = await ana.get(refused.headers["location"])
        assert "This identification code is not right." in page.text

        done = await send(ana, page, {"code": pyotp.TOTP(key.key).now(), "new": "1"})
        assert done.headers["location"] == f"/{SLUG}/console/open?account=1001", "the page that was asked for"
        cookie = next(value for value in done.headers.get_list("set-cookie") if value.startswith("staff="))
        assert "HttpOnly" in cookie and "SameSite=lax" in cookie
        opened = await ana.get(done.headers["location"], follow_redirects=True)
        assert "Rivera household" in opened.text and "Pat Rivera" in opened.text


async def test_a_way_in_opens_no_page(crew: Crew, door: Gateway) -> None:
    ana = await crew.hire("Ana")
    async with await on_the_way(door, (await crew.begin(ana.member.id, ())).entry) as halfway:
        assert (await halfway.get(f"/{SLUG}/console/second-factor")).status_code == 200
        for path in ("/", "/staff"):
            assert (await halfway.get(f"/{SLUG}/console{path}")).status_code == 303
        page = await halfway.get(f"/{SLUG}/console/second-factor")
        done = await send(
            halfway, page, {"code": another(ana.authenticator)}, f"/{SLUG}/console/second-factor/authenticator"
        )
        assert done.headers["location"] == f"/{SLUG}/console/staff", "what was asked for last"
        assert (await halfway.get(done.headers["location"])).status_code == 200


async def test_an_invitation_is_only_used_up_by_its_button(crew: Crew, door: Gateway, caplog: Any) -> None:
    await crew.add("Ana")
    key = await crew.newest_key()
    address = f"/{SLUG}/console/invitation?key={key}"
    async with door.browser() as ana:
        for _ in range(2):
            page = await ana.get(address)
            assert "Welcome, Ana" in page.text
            assert page.headers["referrer-policy"] == "strict-origin"
        assert (await ana.post(address, data={"key": key}, headers=SAME_SITE)).status_code == 403
        accepted = await send(ana, page, {"key": key})
        assert accepted.headers["location"] == f"/{SLUG}/console/second-factor"
        assert "Make a passkey" in (await ana.get(accepted.headers["location"])).text
        again = await ana.get(address)
        assert again.status_code == 410
        assert "This invitation can no longer be used." in again.text
    assert key not in caplog.text


async def test_every_form_is_one_of_our_own(crew: Crew, door: Gateway) -> None:
    boss = await crew.hire("Boss")
    some = new_id()
    prefix = "/{agency}/console"
    posted = {route.path for route in door.app._pages if isinstance(route, Route) and "POST" in (route.methods or ())}
    routes = {path.removeprefix(prefix) for path in posted if path.startswith(prefix)}
    posts = {re.sub(r"\{\w+:uuid\}", str(some), route).replace("{provider}", "google") for route in routes}
    assert len(posts) > 40 and not any("{" in path for path in posts)
    async with of(door, boss) as browser:
        mark = fields(await browser.get(f"/{SLUG}/console/"))["csrf"]
        for path in posts:
            for body, headers in (
                ({}, SAME_SITE),
                ({"csrf": "0" * 64}, SAME_SITE),
                ({"csrf": mark}, {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}),
            ):
                answer = await browser.post(f"/{SLUG}/console{path}", data=body, headers=headers)
                assert answer.status_code in (403, 415), (path, answer.status_code)


async def test_the_portal_s_cookie_and_the_console_s_open_nothing_of_each_other(crew: Crew, door: Gateway) -> None:
    await household(crew)
    boss = await crew.hire("Boss")
    insured = (await crew.identity.sign_in("pat@example.com")).token
    async with door.browser() as browser:
        browser.cookies.set("staff", insured, domain=DOMAIN)
        browser.cookies.set("sid", boss.token, domain=DOMAIN)
        assert (await browser.get(f"/{SLUG}/console/")).headers["location"] == f"/{SLUG}/console/sign-in"
        assert (await browser.get(f"/{SLUG}/console/sign-in")).status_code == 200, "the door, and not a way round it"
        assert (await browser.get(f"/{SLUG}/policies")).status_code == 303


@pytest.mark.parametrize("role", [Role.AGENT, Role.CSR])
async def test_a_page_for_admins_is_refused_by_the_service_and_not_in_the_menu(
    crew: Crew, door: Gateway, role: Role
) -> None:
    worker = await crew.hire("Wim", role)
    async with of(door, worker) as browser:
        start = await browser.get(f"/{SLUG}/console/")
        for path in ADMINS_PAGES:
            refused = await browser.get(f"/{SLUG}/console{path}")
            assert refused.status_code == 403
            assert "Your role does not allow this." in refused.text and "Wim" in refused.text
            assert f"/{SLUG}/console{path}" not in links(start)
        addresses = await browser.get(f"/{SLUG}/console/addresses")
        assert addresses.status_code == (200 if role is Role.AGENT else 403)


@pytest.mark.parametrize(("role", "shown"), [(Role.ADMIN, True), (Role.AGENT, False)])
async def test_who_has_no_account_yet_is_led_to_the_systems_where_the_role_allows(
    crew: Crew, door: Gateway, role: Role, shown: bool
) -> None:
    member = await crew.hire("Wim", role)
    async with of(door, member) as browser:
        start = await browser.get(f"/{SLUG}/console/")
        assert "No accounts yet" in start.text
        assert (f"/{SLUG}/console/systems" in links(start)) is shown


@pytest.mark.parametrize("language", ["en", "es"])
async def test_no_page_leads_nowhere(crew: Crew, door: Gateway, language: str) -> None:
    await household(crew)
    boss = await crew.hire("Boss")
    await crew.add("Ana", Role.CSR)
    async with of(door, boss, headers={"Accept-Language": language}) as browser:
        browser.cookies.set("language", language, domain=DOMAIN)
        seen: set[str] = set()
        found: set[str] = set()
        waiting = {f"/{SLUG}/console/"}
        while waiting:
            path = waiting.pop()
            seen.add(path)
            page = await browser.get(path)
            assert page.status_code == 200, path
            assert f'<html lang="{language}">' in page.text
            assert "style=" not in page.text and "onclick" not in page.text
            found |= links(page)
            waiting |= {link for link in found if not (link.startswith(POLICYS) or link.endswith("/holders"))} - seen
        assert {f"/{SLUG}/console{path}" for path in (*ADMINS_PAGES, "/addresses", "/sign-in-methods")} <= seen
        (account,) = {path for path in seen if re.fullmatch(rf"/{SLUG}/console/accounts/[0-9a-f-]+", path)}
        of_account = f"account={account.rpartition('/')[2]}"
        assert {f"{account}/holders", f"/{SLUG}/console/requests?status=all&{of_account}"} <= found
        assert f"/{SLUG}/console/activity?{of_account}" in seen
        missing = await browser.get(f"/{SLUG}/console/nothing")
        assert missing.status_code == 404 and "Boss" in missing.text


async def test_the_toggle_signs_the_insured_out_wherever_it_is_open(crew: Crew, door: Gateway) -> None:
    await household(crew)
    agent = await crew.hire("Jamie", Role.AGENT)
    record = await agent.ask(GetAccount(number="1001"))
    ben = record.contacts[1]
    token = (await crew.identity.sign_in("ben@example.com")).token
    async with door.browser() as insured, of(door, agent) as staff:
        insured.headers["authorization"] = f"Bearer {token}"
        assert (await insured.get("/api/v1/activity")).status_code == 200  # the gateway remembers the session now
        page = await staff.get(f"/{SLUG}/console/accounts/{record.id}")
        off = {"account": str(record.id), "contact": str(ben.id), "access": "off"}
        moved = await send(staff, page, off, f"/{SLUG}/console/access")
        assert "Ben Bo can no longer sign in." in (await staff.get(moved.headers["location"])).text

        async def is_out() -> bool:
            return (await insured.get("/api/v1/activity")).status_code == 401  # the session itself, not the access

        await stack.eventually(is_out)
        page = await staff.get(f"/{SLUG}/console/accounts/{record.id}")
        await send(staff, page, off | {"access": "on"}, f"/{SLUG}/console/access")
        assert (await crew.identity.sign_in("ben@example.com")).next == "home"


async def test_systems_and_staff_do_over_json_what_the_console_does(crew: Crew, door: Gateway) -> None:
    await household(crew)
    boss, agent = await crew.hire("Boss"), await crew.hire("Jamie", Role.AGENT)
    async with crew.transaction() as tx:
        opened = await sessions.open_one(Kind.SYSTEM, new_id(), (), Browser(), tx, scopes=(Scope.AGENCY_ADMIN,))
        narrow = await sessions.open_one(Kind.SYSTEM, new_id(), (), Browser(), tx, scopes=(Scope.AMS_PUBLISH,))
    insured = (await crew.identity.sign_in("pat@example.com")).token
    base = f"/api/v1/{SLUG}"
    async with door.browser() as browser:

        async def call(method: str, path: str, token: str, **body: Any) -> httpx.Response:
            headers = {"authorization": f"Bearer {token}"}
            return await browser.request(method, path, headers=headers, json=body or None)

        found = (await call("GET", f"{base}/accounts?q=river", opened.token)).json()["items"]
        record = (await call("GET", f"{base}/accounts/{found[0]['id']}", agent.token)).json()
        pat, ben = (one["id"] for one in record["contacts"])
        patched = await call("PATCH", f"{base}/contacts/{ben}", opened.token, access=False)
        assert (patched.status_code, patched.json()["enters"]) == (200, False)
        refusals = (
            ("PATCH", f"{base}/contacts/{pat}", agent.token, {"access": False}, 409, "always_has_access"),
            ("PATCH", f"{base}/contacts/{new_id()}", agent.token, {"access": False}, 404, "not_found"),
            ("PATCH", f"{base}/contacts/{ben}", agent.token, {"access": True, "role": "primary"}, 400, "bad_request"),
            ("PATCH", f"{base}/contacts/{ben}", narrow.token, {"access": True}, 403, "not_allowed"),
            ("PATCH", f"{base}/contacts/{ben}", insured, {"access": True}, 401, "sign_in_required"),
            ("PATCH", f"{base}/contacts/{ben}", "", {"access": True}, 401, "sign_in_required"),
            ("GET", f"/api/v1/riverside/accounts/{record['id']}", agent.token, {}, 404, "not_found"),
            ("GET", f"{base}/staff", agent.token, {}, 403, "not_allowed"),
            ("DELETE", f"{base}/staff/{boss.member.id}", boss.token, {}, 409, "last_admin"),
            ("POST", f"{base}/staff", boss.token, {"name": "X", "email": "none", "role": "csr"}, 400, "bad_request"),
        )
        for method, path, token, body, status, code in refusals:
            answer = await call(method, path, token, **body)
            assert (answer.status_code, answer.json()["code"]) == (status, code), (method, path, answer.text)
        new = {"name": "Ana", "email": "ana@oakhill.example", "role": "csr"}
        made = await call("POST", f"{base}/staff", opened.token, **new)
        assert (made.status_code, made.json()["standing"]) == (201, "invited")
        changed = await call("PATCH", f"{base}/staff/{made.json()['id']}", boss.token, role="agent")
        assert changed.json()["role"] == "agent"
        assert (await call("DELETE", f"{base}/staff/{made.json()['id']}", boss.token)).status_code == 204
        listed = (await call("GET", f"{base}/staff", boss.token)).json()["items"]
        assert [one["standing"] for one in listed] == ["in", "in", "ended"]
        done = await crew.identity.logins.fetch(
            "SELECT doer->>'kind' AS kind FROM activities WHERE what = 'access-ended'"
        )
        assert [row["kind"] for row in done] == ["system"]


async def test_a_script_of_another_site_cannot_use_the_console_s_cookie(crew: Crew, door: Gateway) -> None:
    boss = await crew.hire("Boss")
    path = f"/api/v1/{SLUG}/staff/{boss.member.id}"
    async with of(door, boss) as browser:
        for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
            answer = await browser.patch(path, json={"name": "Boss Two"}, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (403, "form_refused")
        own = await browser.patch(path, json={"name": "Boss Two"}, headers=SAME_SITE)
        assert own.json()["name"] == "Boss Two"
