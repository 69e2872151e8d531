"""What protects a browser: cookies, forms that only our pages can send, headers, and limits."""

from collections.abc import AsyncIterator
from gzip import compress
from re import sub
from uuid import UUID

import httpx
import pytest
from starlette.routing import Route

from contracts.policy.holder_sheets import CheckHolderSheet, SheetRefused
from gateway.settings import GatewaySettings
from kit.settings import SettingsError, load

from . import portal_samples as samples
from .browsing import fields, send
from .conftest import BASE, SAME_SITE, Gateway, OpenGateway
from .services import CODE, World

HTTPS = "https://portal.example.com"
FORM = {"policy": str(samples.AUTO["id"]), "vehicle": "v1"}


async def test_session_cookie_over_https(open_gateway: OpenGateway, world: World) -> None:
    async with open_gateway(public_url=HTTPS) as gateway, gateway.browser() as visitor:
        cookie = await _session_cookie(visitor, "https://portal.example.com")
    assert cookie.startswith("__Host-sid=token-")
    assert _attributes(cookie) == {"httponly", "secure", "samesite=lax", "path=/"}


async def test_session_cookie_over_http_on_loopback(visitor: httpx.AsyncClient) -> None:
    cookie = await _session_cookie(visitor, BASE)
    assert cookie.startswith("sid=token-")
    assert _attributes(cookie) == {"httponly", "samesite=lax", "path=/"}


async def _session_cookie(visitor: httpx.AsyncClient, origin: str) -> str:
    page = await visitor.get("/demo/sign-in")
    assert all("httponly" in cookie.lower() for cookie in page.headers.get_list("set-cookie"))
    await send(visitor, page, {"email": "pat.rivera@example.com"}, Origin=origin)
    answer = await send(visitor, await visitor.get("/demo/sign-in/code"), {"code": CODE}, Origin=origin)
    (cookie,) = [cookie for cookie in answer.headers.get_list("set-cookie") if "sid=" in cookie]
    return cookie


def _attributes(cookie: str) -> set[str]:
    attributes = {attribute.strip().lower() for attribute in cookie.split(";")[1:]}
    return {attribute for attribute in attributes if not attribute.startswith(("max-age", "expires"))}


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("PUBLIC_URL", "http://portal.example.com"),
        ("PUBLIC_URL", "https://portal.example.com/demo"),
        ("CSRF_KEY", "short"),
        ("LISTEN", "nowhere"),
    ],
)
def test_settings_that_are_not_safe_are_refused(monkeypatch: pytest.MonkeyPatch, setting: str, value: str) -> None:
    good = {
        "NATS_URL": "nats://127.0.0.1:1",
        "NATS_USER": "gateway",
        "NATS_PASSWORD": "x",
        "PRINCIPAL_KEYS": "{}",
        "CSRF_KEY": "k" * 32,
        "VIEW_PASSWORD": "of-the-view",
    }
    for name, known in {**good, setting: value}.items():
        monkeypatch.setenv(f"PORTICO_{name}", known)
    with pytest.raises(SettingsError, match="PORTICO_"):
        load(GatewaySettings)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "same-site", "Origin": BASE},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:9999"},
    ],
)
async def test_form_of_another_site_is_refused(
    insured: httpx.AsyncClient, world: World, headers: dict[str, str]
) -> None:
    csrf = fields(await insured.get("/demo/id-cards"))["csrf"]
    answer = await insured.post("/demo/id-cards", data={**FORM, "csrf": csrf}, headers=headers)
    assert answer.status_code == 403
    assert "IssueIdCard" not in world.asked


@pytest.mark.parametrize("csrf", [None, "", "0" * 64, "ü"])
async def test_form_without_our_mark_is_refused(insured: httpx.AsyncClient, world: World, csrf: str | None) -> None:
    values = FORM if csrf is None else {**FORM, "csrf": csrf}
    answer = await insured.post("/demo/id-cards", data=values, headers=SAME_SITE)
    assert answer.status_code == 403
    assert "IssueIdCard" not in world.asked


async def test_every_form_of_the_portal_is_one_of_our_own(insured: httpx.AsyncClient, gateway: Gateway) -> None:
    routes = [route for route in gateway.app._pages if isinstance(route, Route) and "POST" in (route.methods or ())]
    own = {route.path for route in routes if route.path.startswith("/{agency}/")}
    posts = {sub(r"\{\w+:uuid\}", str(UUID(int=7)), path.replace("{agency}", "demo")) for path in own}
    posts = {path for path in posts if "/console" not in path and "/view/" not in path}
    assert len(posts) > 30 and not any("{" in path for path in posts)
    mark = fields(await insured.get("/demo/id-cards"))["csrf"]
    for path in posts:
        for body, headers in (
            ({}, SAME_SITE),
            ({"csrf": "0" * 64}, SAME_SITE),
            ({"csrf": mark}, {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}),
        ):
            for files in (None, {"file": ("a.csv", b"a", "text/csv")}):
                answer = await insured.post(path, data=body, files=files, headers=headers)
                assert answer.status_code in (403, 415), (path, answer.status_code)


async def test_mark_of_another_session_is_refused(insured: httpx.AsyncClient, gateway: Gateway, world: World) -> None:
    async with gateway.browser(cookies={"sid": world.sign_in()}) as other:
        csrf = fields(await other.get("/demo/id-cards"))["csrf"]
    assert (await insured.post("/demo/id-cards", data={**FORM, "csrf": csrf}, headers=SAME_SITE)).status_code == 403


async def test_mark_of_another_browser_is_refused_before_sign_in(gateway: Gateway) -> None:
    async with gateway.browser() as one, gateway.browser() as other:
        csrf = fields(await one.get("/demo/sign-in"))["csrf"]
        await other.get("/demo/sign-in")
        answer = await other.post("/demo/sign-in", data={"csrf": csrf, "email": "a@example.com"}, headers=SAME_SITE)
    assert answer.status_code == 403


async def test_old_browser_without_fetch_metadata_is_served(insured: httpx.AsyncClient) -> None:
    csrf = fields(await insured.get("/demo/id-cards"))["csrf"]
    assert (await insured.post("/demo/id-cards", data={**FORM, "csrf": csrf})).status_code == 303
    loopback = {"Origin": "http://127.0.0.1:8080"}
    assert (await insured.post("/demo/id-cards", data={**FORM, "csrf": csrf}, headers=loopback)).status_code == 303


async def test_form_in_another_type_is_refused(insured: httpx.AsyncClient) -> None:
    csrf = fields(await insured.get("/demo/id-cards"))["csrf"]
    answer = await insured.post("/demo/id-cards", json={**FORM, "csrf": csrf}, headers=SAME_SITE)
    assert answer.status_code == 415


async def test_sealed_cookie_that_was_changed_is_nothing(visitor: httpx.AsyncClient) -> None:
    await send(visitor, await visitor.get("/demo/sign-in"), {"email": "pat.rivera@example.com"})
    sealed = visitor.cookies["flow"]
    until, body, mark = sealed.split(".")
    for forged in (f"{int(until) + 9}.{body}.{mark}", f"{until}.{body}x.{mark}", f"{until}.{body}.", "", "...", "x"):
        visitor.cookies.clear()
        answer = await visitor.get("/demo/sign-in/code", headers={"Cookie": f"flow={forged}"})
        assert answer.headers["location"] == "/demo/sign-in"
    visitor.cookies.clear()
    assert (await visitor.get("/demo/sign-in/code", headers={"Cookie": f"flow={sealed}"})).status_code == 200


ROUTES = (
    "/demo/sign-in",
    "/demo/",
    "/demo/nothing",
    "/nobody/",
    "/healthz",
    "/api/v1/me",
    "/api/openapi.json",
    "/demo/brand.css",
    "/dev/mailbox",
    "/robots.txt",
)


@pytest.mark.parametrize("path", ROUTES)
async def test_every_answer_carries_the_headers(insured: httpx.AsyncClient, path: str) -> None:
    headers = (await insured.get(path)).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert policy["base-uri"] == policy["object-src"] == "'none'"
    assert policy["frame-ancestors"] == "'self'"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert "strict-transport-security" not in headers
    assert len(headers.get_list("content-security-policy")) == 1


async def test_https_is_demanded_where_it_is_used(open_gateway: OpenGateway) -> None:
    async with open_gateway(public_url=HTTPS) as gateway, gateway.browser() as visitor:
        answer = await visitor.get("/demo/sign-in")
        assert answer.headers["strict-transport-security"].startswith("max-age=31536000")
        here = await visitor.post("/demo/sign-in", headers={"Origin": BASE})
        assert here.status_code == 403


async def test_assets_are_kept_by_their_version(visitor: httpx.AsyncClient) -> None:
    page = (await visitor.get("/demo/sign-in")).text
    address = page[page.index("/assets/") :].partition('"')[0].replace("favicon.svg", "portal.css")
    answer = await visitor.get(address)
    assert answer.headers["content-type"].startswith("text/css")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    plain = await visitor.get(address, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == answer.content
    assert plain.headers["vary"] == "Accept-Encoding"
    older = await visitor.get("/assets/000000000000/portal.css")
    assert (older.status_code, older.headers["cache-control"]) == (200, "no-store")
    for bad in ("/assets/x/nothing.css", "/assets/x/..%2fapp.py", "/assets/x/../app.py", "/assets/"):
        assert (await visitor.get(bad)).status_code == 404


async def test_pages_are_not_compressed(insured: httpx.AsyncClient) -> None:
    assert "content-encoding" not in (await insured.get("/demo/")).headers


@pytest.mark.parametrize("path", ["/demo/sign-in", "/api/v1/demo/sign-in", "/demo/nothing"])
async def test_oversized_bodies_are_refused_unread(visitor: httpx.AsyncClient, path: str) -> None:
    declared = await visitor.post(path, content=b"x" * (64 * 1024 + 1), headers=SAME_SITE)
    assert declared.status_code == 413

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 1024

    undeclared = await visitor.post(path, content=pieces(), headers=SAME_SITE)
    assert undeclared.status_code == 413
    assert undeclared.headers["connection"] == "close"


async def test_oversized_heads_are_refused(visitor: httpx.AsyncClient) -> None:
    for headers in ({"X-Long": "x" * 17_000}, {f"X-{number}": "x" for number in range(200)}):
        assert (await visitor.get("/demo/sign-in", headers=headers)).status_code == 431
    assert (await visitor.get(f"/demo/policies?q={'x' * 5000}")).status_code == 431


@pytest.mark.parametrize(
    "kind", ["application/json", "application/cloudevents+json", "text/csv", "multipart/form-data"]
)
async def test_nul_in_a_body_reaches_no_service_whatever_it_is_called(
    insured: httpx.AsyncClient, world: World, kind: str
) -> None:
    body = b'{"form": {"kind": "general", "details": "a\\u0000b"}, "acknowledged": "2026-11"}'
    answer = await insured.post("/api/v1/requests", content=body, headers={**SAME_SITE, "Content-Type": kind})
    assert answer.status_code == 400
    assert answer.json()["problem"] == "The body contains a NUL character."


async def test_no_address_takes_a_packed_body(visitor: httpx.AsyncClient) -> None:
    for path in ("/demo/sign-in", "/demo/certificates/file", "/api/v1/demo/sign-in"):
        for packings in (("gzip",), ("identity", "gzip"), ("gzip", "identity"), ("identity, gzip",)):
            headers = [*SAME_SITE.items(), *(("Content-Encoding", packing) for packing in packings)]
            answer = await visitor.post(path, content=compress(b"a=b"), headers=headers)
            assert answer.status_code == 415, (path, packings)


async def test_a_file_of_holders_that_is_far_too_long_is_refused_by_its_own_page(
    insured: httpx.AsyncClient, world: World
) -> None:
    world.refuse[CheckHolderSheet] = SheetRefused(reason="too_large")
    page = await insured.get("/demo/certificates/file")
    lines = "name,street,city,state,postal_code\n" + "Elm Properties LLC,1200 Elm Street,Austin,TX,78702\n" * 10_000
    answer = await insured.post(
        "/demo/certificates/file",
        data={"csrf": fields(page)["csrf"]},
        files={"file": ("holders.csv", lines.encode(), "text/csv")},
        headers=SAME_SITE,
    )
    assert answer.status_code == 400
    assert "This file is too large. Please send at most 500 certificate holders at once." in answer.text


async def test_an_upload_in_an_odd_charset_is_no_form_of_ours(insured: httpx.AsyncClient) -> None:
    mark = fields(await insured.get("/demo/certificates/file"))["csrf"].encode()
    for csrf, name in ((b"\xff", b"a.csv"), (b"+2AA-", b"a.csv"), (mark, b"+2AA-"), (mark, b"a\0b")):
        body = b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n' + csrf
        body += b'\r\n--x\r\nContent-Disposition: form-data; name="file"; filename="' + name
        body += b'"\r\nContent-Type: text/csv\r\n\r\na\r\n--x--\r\n'
        for charset in ("utf-7", "undefined", "punycode", "hex", "none-of-these") if csrf != mark else ("utf-7",):
            headers = {**SAME_SITE, "Content-Type": f"multipart/form-data; boundary=x; charset={charset}"}
            answer = await insured.post("/demo/certificates/file", content=body, headers=headers)
            assert answer.status_code == 403, (csrf, name, charset)


@pytest.mark.parametrize("path", ["/demo/policies?q=%00", "/demo/%00", "/api/v1/policies?q=a%00b"])
async def test_nul_reaches_no_service(insured: httpx.AsyncClient, world: World, path: str) -> None:
    assert (await insured.get(path)).status_code in (400, 404)
    assert "ListPolicies" not in world.asked
