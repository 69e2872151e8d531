"""Sync health and webhooks in the console, and as JSON: the real services behind both, a real receiver."""

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from html import unescape
from typing import Any

import httpx
import pytest_asyncio
from nats.aio.client import Client

from contracts.identity.agencies import AgencyChanged
from contracts.identity.systems import AddSystemOf
from contracts.principal import Role, Scope
from kit.bus import Asker
from ops.stack.nats import NatsServer
from services.documents.handlers import service as documents
from services.policy.app import open_parts
from services.policy.handlers import service
from services.policy.settings import PolicySettings
from tests.documents.feed import CERTIFICATE
from tests.identity.conftest import SLUG, account, contact
from tests.identity.crew import Crew
from tests.policy.conftest import policy
from tests.policy.receiver import receiving

from ... import stack
from ..browsing import send
from ..conftest import Gateway
from .conftest import of

CONSOLE = f"/{SLUG}/console"
API = f"/api/v1/{SLUG}"


@pytest_asyncio.fixture
async def book(
    crew: Crew, nats_server: NatsServer, clone: Callable[[str], Awaitable[stack.Logins]]
) -> AsyncIterator[stack.Logins]:
    """Policy, which knows of the agency that it is a demo."""
    logins = await clone("policy")
    await logins.clear()
    async with stack.running(service, stack.policy_settings(nats_server, logins), open_parts, PolicySettings):
        details = crew.identity.agency.model_copy(update={"demo": True})
        told = AgencyChanged(agency=crew.identity.agency.id, version=9, details=details)
        await crew.identity.ops.jetstream().publish(told.subject, told.model_dump_json().encode())
        await stack.eventually(lambda: logins.value("SELECT count(*) FROM agencies WHERE version = 9"), 1)
        yield logins


@pytest_asyncio.fixture
async def vault(
    crew: Crew, nats_server: NatsServer, clone: Callable[[str], Awaitable[stack.Logins]]
) -> AsyncIterator[stack.Logins]:
    """Documents, which knows of the agency."""
    logins = await clone("documents")
    await logins.clear()
    async with stack.running(documents, stack.settings_for(nats_server, logins)):
        told = AgencyChanged(agency=crew.identity.agency.id, version=9, details=crew.identity.agency)
        await crew.identity.ops.jetstream().publish(told.subject, told.model_dump_json().encode())
        await stack.eventually(lambda: logins.value("SELECT count(*) FROM agencies WHERE version = 9"), 1)
        yield logins


async def put(ops: Client, kind: str, body: bytes) -> None:
    await ops.jetstream().publish(f"ams.{SLUG}.{kind}", body)


def link(page: httpx.Response, start: str) -> str:
    found = re.search(rf'href="({CONSOLE}/{start}/[0-9a-f-]+)"', page.text)
    assert found, page.text
    return found[1]


def at_fault(page: httpx.Response) -> str:
    """What of a webhook's form the error on the page is said of, to those who hear it."""
    said = 'aria-describedby="webhook-error"'
    address = re.findall(rf'<input id="url"[^>]* aria-invalid="true" {said} autofocus>', page.text)
    events = re.findall(rf'<fieldset class="checks" {said}>.*?<input type="checkbox"[^>]* autofocus>', page.text, re.S)
    assert page.text.count('id="webhook-error"') == 1 and page.text.count(said) == len(address) + len(events) == 1
    return "address" if address else "events"


async def waiting(browser: httpx.AsyncClient, count: int) -> httpx.Response:
    async def shown() -> httpx.Response | None:
        page = await browser.get(f"{CONSOLE}/sync")
        assert page.status_code == 200, page.text
        return page if len(re.findall(rf'href="{CONSOLE}/sync/[0-9a-f-]+"', page.text)) == count else None

    found: httpx.Response = await stack.eventually(shown)
    return found


async def test_an_admin_sees_what_is_wrong_mends_it_and_it_counts(
    door: Gateway, crew: Crew, book: stack.Logins, vault: stack.Logins
) -> None:
    ops, worker = crew.identity.ops, await crew.hire("Ada")
    await put(
        ops, "account", stack.cloud_event("account", "A1", 1, {**account("Rivera household", "1001"), "state": "Texas"})
    )
    await put(ops, "policy", stack.cloud_event("policy", "P1", 1, policy(effective="09/01/2026")))
    await put(ops, "certificate", stack.cloud_event("certificate", "C1", 1, {**CERTIFICATE, "issued_on": "11/02/2026"}))
    async with of(door, worker) as browser:
        page = await waiting(browser, 3)  # one of identity's, one of policy's, one of documents'
        assert "3 events wait" in page.text
        for address in re.findall(rf'href="({CONSOLE}/sync/[0-9a-f-]+)"', page.text):
            event = await browser.get(address)
            marked = re.search(r"<mark>.*?</span>(.*?)</mark>", event.text, re.DOTALL)
            assert marked is not None
            typed = re.search(r"<textarea[^>]*>(.*?)</textarea>", event.text, re.DOTALL)
            assert typed is not None
            body = unescape(typed[1])
            still = await send(browser, event, {"do": "mended", "body": body.replace("Texas", "texas")}, address)
            assert still.status_code == 422 and "was not sent again" in still.text
            assert 'aria-describedby="kept still" aria-invalid="true"' in still.text and 'id="still"' in still.text
            # the page opens at the field: what is wrong is said there, not at the top of the page
            assert still.text.index('id="mend"') < still.text.index('id="still"') < still.text.index("<textarea")
            mended = body.replace("Texas", "TX").replace("09/01/2026", "2026-09-01").replace("11/02/2026", "2026-11-02")
            done = await send(browser, event, {"do": "mended", "body": mended}, address)
            assert (done.status_code, done.headers["location"]) == (303, address)

            async def applied(address: str = address) -> bool:
                return '<span class="badge good">Applied</span>' in (await browser.get(address)).text

            await stack.eventually(applied)
            settled = (await browser.get(address)).text
            assert "Mend the marked place" in event.text and "Mend the marked place" not in settled
            texts = re.findall(r'<pre class="event"[^>]*>(.*?)</pre>', settled, re.DOTALL)
            assert len(texts) == 2 and not any("\n\n" in text.rstrip() for text in texts)
            assert unescape(marked[1]).strip(" ,") in (
                *('"state": "Texas"', '"effective": "09/01/2026"', '"issued_on": "11/02/2026"'),
            )
        await waiting(browser, 0)
        assert await book.value("SELECT count(*) FROM policies") == 1
        assert await vault.value("SELECT count(*) FROM certificates") == 1
        health = await browser.get(f"{CONSOLE}/sync")
        assert all(f'<th scope="row">{kind}</th>' in health.text for kind in ("Accounts", "Policies", "Certificates"))

        async def noted() -> bool:  # policy and documents leave it to identity as jobs
            activity = await browser.get(f"{CONSOLE}/activity")
            # the choice of sorts, and three that were done
            return activity.text.count("Sent an event of the feed again") >= 4

        await stack.eventually(noted)
    for role in (Role.AGENT, Role.CSR):
        async with of(door, await crew.hire(f"Bo{role.value}", role)) as browser:
            assert (await browser.get(f"{CONSOLE}/sync")).status_code == 403
            assert (await browser.get(f"{CONSOLE}/webhooks")).status_code == 403


async def test_a_webhook_is_added_tried_looked_at_and_ended(door: Gateway, crew: Crew, book: stack.Logins) -> None:
    async with of(door, await crew.hire("Ada")) as browser, receiving() as receiver:
        page = await browser.get(f"{CONSOLE}/webhooks")
        refused = await send(browser, page, {"url": "http://10.0.0.1/", "which": "all"})
        assert refused.status_code == 409 and "must begin with https://" in refused.text
        assert at_fault(refused) == "address"
        none = await send(browser, page, {"url": receiver.url, "which": "some"})
        assert none.status_code == 409 and "Please choose at least one event" in none.text
        assert at_fault(none) == "events"
        assert await book.value("SELECT count(*) FROM webhooks") == 0  # no events would mean all of them
        chosen = {"url": receiver.url, "which": "some", "event_event.refused": "yes"}
        made = await send(browser, page, chosen)
        secret = re.search(r"whsec_[A-Za-z0-9+/=]+", made.text)
        assert secret is not None
        one = await browser.get(link(made, "webhooks"))
        assert "whsec_" not in one.text and receiver.url in unescape(one.text)
        none = await send(browser, one, {"url": receiver.url, "which": "some"}, one.url.path)
        assert none.status_code == 409 and 'value="some" checked' in none.text
        assert at_fault(none) == "events"
        wrong = await send(browser, one, {"url": "http://10.0.0.1/", "which": "all"}, one.url.path)
        assert at_fault(wrong) == "address"
        assert await book.value("SELECT events FROM webhooks") == ["event.refused"]
        tried = await send(browser, one, {}, f"{one.url.path}/test")
        assert tried.status_code == 303
        (sent,) = await stack.eventually(lambda: receiver.sent)
        assert sent.verifies(secret[0]) and sent.event["type"] == "portal.webhook.tested.v1"
        # and a refusal of the feed reaches it as any other event
        await put(crew.identity.ops, "policy", b"{")
        await stack.eventually(lambda: len(receiver.sent), 2)
        assert receiver.sent[1].event["data"]["code"] == "not_json"

        async def delivered() -> bool:
            return (await browser.get(one.url.path)).text.count("Delivered") == 2

        await stack.eventually(delivered)
        again = await send(browser, one, {"back": "hour"}, f"{one.url.path}/replay")
        assert again.status_code == 303
        await stack.eventually(lambda: len(receiver.sent), 3)
        assert receiver.ids[1] == receiver.ids[2]
        assert (await send(browser, one, {"on": "no"}, f"{one.url.path}/turn")).status_code == 303
        assert "Turn it on" in (await browser.get(one.url.path)).text
        ended = await send(browser, one, {}, f"{one.url.path}/end")
        assert ended.headers["location"] == f"{CONSOLE}/webhooks"
        assert (await browser.get(one.url.path)).status_code == 404


async def test_an_admins_first_page_says_that_a_webhook_was_turned_off_by_rule(
    door: Gateway, crew: Crew, book: stack.Logins
) -> None:
    async with of(door, await crew.hire("Ada")) as browser, receiving() as receiver:
        page = await browser.get(f"{CONSOLE}/webhooks")
        receiver.answer = lambda _: 410
        made = await send(browser, page, {"url": receiver.url, "which": "all"})
        one = await browser.get(link(made, "webhooks"))
        assert "was turned off" not in (await browser.get(f"{CONSOLE}/")).text
        await send(browser, one, {}, f"{one.url.path}/test")

        async def said() -> bool:
            return "1 webhook was turned off" in (await browser.get(f"{CONSOLE}/")).text

        await stack.eventually(said)
        assert "was turned off" not in (await browser.get(f"{CONSOLE}/?q=rivera")).text
    async with of(door, await crew.hire("Cy", Role.CSR)) as browser:
        assert "was turned off" not in (await browser.get(f"{CONSOLE}/")).text


async def test_without_policy_an_admin_finds_accounts_all_the_same(door: Gateway, crew: Crew) -> None:
    async with of(door, await crew.hire("Ada")) as browser:
        assert (await browser.get(f"{CONSOLE}/")).status_code == 200


async def _system(door: Gateway, crew: Crew, browser: httpx.AsyncClient, *scopes: Scope) -> dict[str, str]:
    made = await Asker(crew.identity.ops).ask(AddSystemOf(agency=SLUG, name=f"s{len(scopes)}", scopes=scopes))
    form = {"grant_type": "client_credentials", "client_id": made.system.client_id, "client_secret": made.client_secret}
    token = (await browser.post("/oauth/token", data=form)).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


async def test_a_system_does_the_same_as_json(
    door: Gateway, crew: Crew, book: stack.Logins, vault: stack.Logins
) -> None:
    async with door.browser() as browser, receiving() as receiver:
        admin = await _system(door, crew, browser, Scope.AGENCY_ADMIN, Scope.AMS_PUBLISH)
        publisher = await _system(door, crew, browser, Scope.AMS_PUBLISH)
        for path in ("feed", "quarantine", "webhooks"):
            assert (await browser.get(f"{API}/{path}", headers=publisher)).status_code == 403
            assert (await browser.get(f"{API}/{path}")).status_code == 401
        await put(crew.identity.ops, "contact", stack.cloud_event("contact", "C1", 1, contact("A1", "nobody")))

        async def caught() -> list[dict[str, Any]]:
            found: list[dict[str, Any]] = (await browser.get(f"{API}/quarantine", headers=admin)).json()["items"]
            return found

        (event,) = await stack.eventually(caught)
        assert event["problem"].startswith("This is no e-mail address")
        address = f"{API}/quarantine/{event['id']}"
        body = json.loads((await browser.get(address, headers=admin)).json()["body"])
        wrong = await browser.post(f"{address}/replay", json={"event": {**body, "id": ""}}, headers=admin)
        assert (wrong.status_code, wrong.json()["code"], wrong.json()["pointer"]) == (422, "still_wrong", "/id")
        body["data"]["email"] = "pat@example.com"
        done = await browser.post(f"{address}/replay", json={"event": body}, headers=admin)
        assert (done.status_code, done.json()["state"]) == (202, "sent")

        async def state() -> str:
            found: str = (await browser.get(address, headers=admin)).json()["state"]
            return found

        await stack.eventually(state, "applied")
        health = (await browser.get(f"{API}/feed", headers=admin)).json()
        assert (health["refused"], health["waiting"]) == (1, 0)
        assert {"kind": "contact", "applied": 1, "superseded": 0} in health["kinds"]

        made = await browser.post(f"{API}/webhooks", json={"url": receiver.url}, headers=admin)
        assert made.status_code == 201 and made.json()["secret"].startswith("whsec_")
        hook = f"{API}/webhooks/{made.json()['webhook']['id']}"
        assert (await browser.post(f"{hook}/test", headers=admin)).status_code == 202
        (sent,) = await stack.eventually(lambda: receiver.sent)
        assert sent.verifies(made.json()["secret"])
        assert "whsec_" not in (await browser.get(f"{API}/webhooks", headers=admin)).text
        changed = await browser.patch(hook, json={"events": ["nonsense"]}, headers=admin)
        assert (changed.status_code, changed.json()["unknown"]) == (422, ["nonsense"])
        assert (await browser.post(f"{hook}/secret", json={}, headers=admin)).json()["secret"] != made.json()["secret"]
        again = await browser.post(f"{hook}/replay", json={"since": "2026-01-01T00:00:00Z"}, headers=admin)
        assert (again.status_code, again.json()) == (202, {"events": 0})
        assert (await browser.delete(hook, headers=admin)).status_code == 204
        assert (await browser.get(f"{hook}/deliveries", headers=admin)).status_code == 404
