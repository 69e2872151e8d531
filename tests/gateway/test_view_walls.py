"""What protects read-only views, and others from them: at the door, on the way to services, and in logs."""

import re

import httpx
import pytest

from contracts.documents.vault import GetHomeDocuments
from contracts.identity.impersonations import FindImpersonation, OpenView
from contracts.principal import Kind, Scope
from contracts.streams import VIEW_USER
from kit.ids import new_id
from ops.stack.nats import NatsServer

from .. import stack
from . import portal_samples as samples
from .browsing import fields, open_view, send
from .conftest import BASE, SAME_SITE, Gateway
from .looking import KEY, address_of
from .services import OTHER, World
from .test_views import SHOWN


async def test_a_views_token_opens_nothing_elsewhere(
    gateway: Gateway, visitor: httpx.AsyncClient, world: World
) -> None:
    root = await open_view(visitor, world)
    other = await open_view(visitor, world)
    token = next(cookie.value for cookie in visitor.cookies.jar if cookie.path == f"{root}/")
    async with gateway.browser() as stranger:
        for path, cookie, status in (
            (f"{root}/", "ro", 200),
            (f"{other}/", "ro", 410),
            (f"{root.replace('/demo/', '/riverside/')}/", "ro", 410),
            ("/demo/", "sid", 303),
            ("/api/v1/me", "sid", 401),
            ("/api/v1/me", "staff", 401),
        ):
            answer = await stranger.get(path, headers={"Cookie": f"{cookie}={token}"})
            assert answer.status_code == status, path
        own = await stranger.get(f"{root}/", headers={"Cookie": f"ro={world.sign_in()}"})
        assert own.status_code == 410  # and an insured's own session opens no view


async def test_only_our_own_page_opens_a_view(visitor: httpx.AsyncClient, world: World) -> None:
    _, address = address_of(world)
    csrf = fields(await visitor.get(address))["csrf"]
    for data, headers in (
        ({"csrf": csrf}, {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}),
        ({"csrf": "0" * 64}, SAME_SITE),
        ({"other": "field"}, SAME_SITE),
    ):
        assert (await visitor.post(address, data=data, headers=headers)).status_code == 403
    assert "OpenView" not in world.asked


async def test_a_form_in_a_view_says_why_it_is_not_there(visitor: httpx.AsyncClient, world: World) -> None:
    root = await open_view(visitor, world)
    page = (await visitor.get(f"{root}/requests/new/general")).text
    seen = re.sub(r'(?s)<form[^>]* method="post".*?</form>', "", page)  # view.css shows none of these
    assert "only the client can send a request" in seen


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_nothing_is_sent_from_a_view(visitor: httpx.AsyncClient, world: World, method: str) -> None:
    root = await open_view(visitor, world)
    csrf = fields(await visitor.get(f"{root}/"))["csrf"]
    world.asked.clear()
    for path in ("/id-cards", "/id-cards/email", "/language", "/sign-out", "/accounts", "/", "/nothing", "/open/x/y"):
        for data in ({"csrf": csrf, "policy": str(samples.POLICY.id), "vehicle": "V1"}, {}):
            answer = await visitor.request(method, f"{root}{path}", data=data, headers=SAME_SITE)
            assert answer.status_code == 403
            assert "This is a read-only view" in answer.text
    assert set(world.asked) <= {"GetMe"}  # whose menu the page shows
    missing = await visitor.request(method, f"/demo/view/{new_id()}/id-cards", data={"csrf": csrf})
    assert missing.status_code == 403


async def test_the_json_api_takes_nothing_from_a_read_only_session(visitor: httpx.AsyncClient, world: World) -> None:
    token = world.sign_in(read_only=True, view=new_id())
    bearer = {"Authorization": f"Bearer {token}"}
    assert (await visitor.get("/api/v1/me", headers=bearer)).json()["read_only"] is True
    for method, path in (("POST", "/api/v1/id-cards"), ("DELETE", "/api/v1/session"), ("POST", "/api/v1/nothing")):
        answer = await visitor.request(method, path, headers=bearer, json={})
        assert (answer.status_code, answer.json()["code"]) == (403, "read_only")
    assert set(world.asked) <= {"ResolveSession", "GetMe"}


async def test_a_script_on_a_views_page_does_nothing_in_the_persons_own_name(
    insured: httpx.AsyncClient, world: World
) -> None:
    root = await open_view(insured, world)
    body = {"policy": str(samples.POLICY.id), "vehicle": samples.ID_CARDS.items[0].vehicle}
    from_view = SAME_SITE | {"Referer": f"{BASE}{root}/id-cards"}
    answer = await insured.post("/api/v1/id-cards", json=body, headers=from_view)
    assert (answer.status_code, answer.json()["code"]) == (403, "read_only")
    assert "IssueIdCard" not in world.asked
    own = await insured.post("/api/v1/id-cards", json=body, headers=SAME_SITE | {"Referer": f"{BASE}/demo/id-cards"})
    assert own.status_code == 201


async def test_what_a_view_asks_goes_over_the_connection_that_can_only_read(
    insured: httpx.AsyncClient, gateway: Gateway, world: World, nats_server: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = await open_view(insured, world)
    gone = await stack.connect(nats_server, VIEW_USER)
    await gone.close()
    monkeypatch.setattr(gateway.app._parts.asker.reading, "client", gone)
    assert (await insured.get("/demo/")).status_code == 200
    for path in SHOWN:
        assert (await insured.get(f"{root}{path}")).status_code == 503
    await insured.get(f"{root}/over")
    token = next(cookie.value for cookie in insured.cookies.jar if cookie.name == "ro")
    api = await insured.get("/api/v1/home", headers={"Authorization": f"Bearer {token}"})
    assert api.status_code == 503


async def test_the_address_is_in_no_log(
    visitor: httpx.AsyncClient, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    _, address = address_of(world)
    page = await visitor.get(address)
    world.refuse = {FindImpersonation: RuntimeError("broken"), OpenView: RuntimeError("broken")}
    with caplog.at_level("DEBUG"):
        assert (await visitor.get(address)).status_code == 500
        assert (await send(visitor, page, {}, address)).status_code == 500
        world.refuse = {GetHomeDocuments: ValueError("broken")}
    assert caplog.records
    lines = [f"{record.getMessage()} {vars(record)}" for record in caplog.records if "portico" not in record.name]
    ours = [line for line in lines if "httpx" not in line and "httpcore" not in line]
    assert ours
    assert not [line for line in ours if KEY in line]


async def test_a_system_asks_for_an_address_over_http(visitor: httpx.AsyncClient, world: World) -> None:
    token = world.sign_in(account=None, kind=Kind.SYSTEM, scopes=(Scope.IMPERSONATE,))
    body = {
        "account": "A1",
        "contact": "C1",
        "agent": {"id": "u-17", "name": "Jo Agent", "email": "jo@example.com"},
        "reason": "Asked for help with an ID card",
    }
    bearer = {"Authorization": f"Bearer {token}"}
    answer = await visitor.post("/api/v1/demo/impersonations", json=body, headers=bearer)
    assert answer.status_code == 201
    assert set(answer.json()) == {"url", "expires_at", "impersonation"}
    (asked,) = world.impersonated
    assert (asked.access_token, asked.account, asked.contact, asked.reason) == (token, "A1", "C1", body["reason"])
    assert asked.browser.address == "203.0.113.7"
    elsewhere = await visitor.post(f"/api/v1/{OTHER.slug}/impersonations", json=body, headers=bearer)
    assert elsewhere.status_code == 404
    insured = {"Authorization": f"Bearer {world.sign_in()}"}
    for nobody in (SAME_SITE, insured, {"Authorization": "Bearer nonsense"}):
        assert (await visitor.post("/api/v1/demo/impersonations", json=body, headers=nobody)).status_code == 401
    without = await visitor.post("/api/v1/demo/impersonations", json=body | {"reason": " "}, headers=bearer)
    assert (without.status_code, without.json()["pointer"]) == (400, "/reason")
    assert len(world.impersonated) == 1
