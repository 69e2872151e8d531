"""The JSON API: what it answers, to whom, and how it says no."""

import json
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from contracts.documents.id_cards import IssueIdCard
from contracts.documents.mailings import EmailDocument, MailLimit
from contracts.identity.agencies import RESERVED
from contracts.identity.sign_in import CodeOver, EmailNotFound, FinishSignIn, SendCode, SlowDown, StartSignIn
from contracts.kinds import Refusal, Request, Unavailable
from contracts.policy.policies import GetHomePolicies, ListPolicies

from . import portal_samples as samples
from .conftest import BASE, SAME_SITE, Gateway
from .services import CODE, SIGN_IN, World

CARD = {"policy": str(samples.AUTO["id"]), "vehicle": "v1"}
TO = "/api/v1"


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def token(world: World) -> dict[str, str]:
    """A front end's header."""
    return bearer(world.sign_in())


async def test_address_and_code_lead_to_a_token(visitor: httpx.AsyncClient) -> None:
    started = await visitor.post(f"{TO}/demo/sign-in", json={"email": " pat.rivera@example.com "})
    assert started.status_code == 200
    assert started.json() == {
        "sign_in": SIGN_IN,
        "next": "code",
        "channels": [{"id": str(samples.CHANNELS[0].id), "kind": "email", "masked": samples.CHANNELS[0].masked}],
        "sent_to": samples.CHANNELS[0].masked,
        "certain": True,
        "google": "",
    }
    again = await visitor.post(f"{TO}/demo/sign-in/{SIGN_IN}/code", json={"channel": str(samples.CHANNELS[0].id)})
    assert (again.status_code, again.json()) == (202, {"sent_to": samples.CHANNELS[0].masked, "kind": "email"})
    assert (await visitor.post(f"{TO}/demo/sign-in/{SIGN_IN}/code")).status_code == 202
    finished = await visitor.post(f"{TO}/demo/sign-in/{SIGN_IN}/verify", json={"code": CODE})
    assert finished.status_code == 200
    assert finished.json()["next"] == "home"
    assert "set-cookie" not in finished.headers
    me = await visitor.get(f"{TO}/me", headers=bearer(finished.json()["token"]))
    assert me.json()["contact"]["name"] == "Pat Rivera"


async def test_views_are_those_of_the_pages(visitor: httpx.AsyncClient, token: dict[str, str], world: World) -> None:
    home = (await visitor.get(f"{TO}/home", headers=token)).json()
    assert set(home) == {"me", "policies", "documents"}
    premium = home["policies"]["active"][0]["premium"]
    assert premium == {"amount": "1834.50", "currency": "USD"}
    as_of = home["policies"]["as_of"]
    assert as_of.endswith("Z")
    assert datetime.fromisoformat(as_of).utcoffset() is not None
    listed = (await visitor.get(f"{TO}/policies?status=past&limit=2&q=ford", headers=token)).json()
    assert len(listed["items"]) == 5
    assert world.wanted[-1] == ListPolicies(status="past", limit=2, q="ford")
    await visitor.get(f"{TO}/policies?sort=line", headers=token)
    assert world.wanted[-1].line_names["DFIRE"] == "dwelling fire"
    one = (await visitor.get(f"{TO}/policies/{samples.POLICY.id}", headers=token)).json()
    assert one["number"] == samples.POLICY.number
    file = (await visitor.get(f"{TO}/information", headers=token)).json()
    assert (file["account"]["number"], file["address"]["city"]) == ("RIV-1001", "Austin")
    assert [person["name"] for person in file["people"]] == ["Pat Rivera", "Jordan Rivera"]
    assert (await visitor.get(f"{TO}/agency", headers=token)).json()["slug"] == "demo"
    options = (await visitor.get(f"{TO}/id-cards", headers=token)).json()["items"]
    assert [option["reason"] for option in options] == [None, None, "vin_incomplete", "carrier_card_only"]


async def test_id_card_is_made_and_mailed(visitor: httpx.AsyncClient, token: dict[str, str], world: World) -> None:
    made = await visitor.post(f"{TO}/id-cards", json=CARD, headers=token)
    assert made.status_code == 201
    document = made.json()["document"]["id"]
    assert made.headers["location"] == f"{TO}/documents/{document}/content"
    content = await visitor.get(made.headers["location"], headers=token)
    assert content.content.startswith(b"%PDF")
    sent = await visitor.post(f"{TO}/documents/{document}/email", json={"to": "alex@example.com"}, headers=token)
    assert (sent.status_code, sent.json()) == (202, {"sent_to": "p•••@e•••.com"})
    await visitor.post(f"{TO}/documents/{document}/email", headers=token)
    assert [mail.to for mail in world.mailed] == ["alex@example.com", ""]


async def test_account_is_chosen_with_a_new_token(visitor: httpx.AsyncClient, world: World) -> None:
    first = bearer(world.sign_in(account=None))
    assert (await visitor.get(f"{TO}/me", headers=first)).json()["code"] == "sign_in_required"
    chosen = await visitor.post(f"{TO}/session/account", json={"account": str(samples.ACCOUNTS[1].id)}, headers=first)
    me = await visitor.get(f"{TO}/me", headers=bearer(chosen.json()["token"]))
    assert me.json()["account"]["name"] == samples.ACCOUNTS[1].name
    assert (await visitor.get(f"{TO}/me", headers=first)).status_code == 401
    again, who = (
        bearer(chosen.json()["token"]),
        {"account": str(samples.ACCOUNTS[0].id), "contact": str(samples.PEOPLE[1].contact)},
    )
    assert (await visitor.post(f"{TO}/session/account", json=who, headers=again)).status_code == 200
    assert [choice.contact for choice in world.chosen] == [None, samples.PEOPLE[1].contact]


async def test_session_ends(visitor: httpx.AsyncClient, token: dict[str, str]) -> None:
    assert (await visitor.get(f"{TO}/me", headers=token)).status_code == 200
    assert (await visitor.delete(f"{TO}/session", headers=token)).status_code == 204
    assert (await visitor.get(f"{TO}/me", headers=token)).status_code == 401


async def test_cookie_reads_and_writes_only_from_our_own_pages(insured: httpx.AsyncClient, world: World) -> None:
    assert (await insured.get(f"{TO}/me")).status_code == 200
    for headers in ({}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        refused = await insured.post(f"{TO}/id-cards", json=CARD, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "form_refused")
    assert "IssueIdCard" not in world.asked
    assert (await insured.post(f"{TO}/id-cards", json=CARD, headers={"Origin": BASE})).status_code == 201
    before = insured.cookies["sid"]
    account = {"account": str(samples.ACCOUNTS[0].id)}
    assert (await insured.post(f"{TO}/session/account", json=account, headers=SAME_SITE)).status_code == 200
    assert insured.cookies["sid"] != before
    assert (await insured.delete(f"{TO}/session", headers=SAME_SITE)).status_code == 204
    assert "sid" not in insured.cookies


async def test_other_sites_cannot_have_codes_sent(visitor: httpx.AsyncClient, world: World) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        body = {"email": "pat.rivera@example.com"}
        assert (await visitor.post(f"{TO}/demo/sign-in", json=body, headers=headers)).status_code == 403
    assert "StartSignIn" not in world.asked


REFUSALS: list[tuple[str, str, Any, type[Request[Any]] | None, Refusal | None, int, str]] = [
    ("POST", "/demo/sign-in", {"email": "x@example.com"}, None, None, 404, "email_not_found"),
    ("POST", "/demo/sign-in", {"email": "x"}, StartSignIn, SlowDown(retry_after=30), 429, "slow_down"),
    ("POST", "/demo/sign-in", {}, None, None, 400, "bad_request"),
    ("POST", "/demo/sign-in", {"email": "x" * 300}, None, None, 400, "bad_request"),
    ("POST", "/demo/sign-in", [], None, None, 400, "bad_request"),
    ("POST", "/nobody/sign-in", {"email": "x@example.com"}, None, None, 404, "not_found"),
    ("POST", f"/demo/sign-in/{SIGN_IN}/code", {"channel": "x"}, None, None, 400, "bad_request"),
    ("POST", f"/demo/sign-in/{SIGN_IN}/code", {}, SendCode, CodeOver(), 410, "code_over"),
    ("POST", f"/demo/sign-in/{SIGN_IN}/verify", {"code": "1"}, None, None, 401, "code_wrong"),
    ("POST", f"/demo/sign-in/{SIGN_IN}/verify", {"code": "1"}, FinishSignIn, CodeOver(), 410, "code_over"),
    ("GET", f"/policies/{uuid4()}", None, None, None, 404, "not_found"),
    ("GET", "/policies/not-an-id", None, None, None, 404, "not_found"),
    ("GET", "/policies?status=gone", None, None, None, 400, "bad_request"),
    ("GET", "/policies?limit=0", None, None, None, 400, "bad_request"),
    ("GET", "/nothing", None, None, None, 404, "not_found"),
    ("PUT", "/me", {}, None, None, 405, "method_not_allowed"),
    ("POST", "/id-cards", {**CARD, "vehicle": "v3"}, None, None, 409, "id_card_refused"),
    ("POST", "/id-cards", {"policy": "x", "vehicle": "v1"}, None, None, 400, "bad_request"),
    ("POST", "/id-cards", CARD, IssueIdCard, Unavailable(retry_after=2), 503, "unavailable"),
    ("POST", f"/documents/{uuid4()}/email", {}, EmailDocument, MailLimit(retry_after=9), 429, "mail_limit"),
    ("GET", f"/documents/{uuid4()}/content", None, None, None, 404, "not_found"),
    ("GET", "/home", None, GetHomePolicies, RuntimeError("secret-detail"), 500, "internal"),  # type: ignore[list-item]
]


@pytest.mark.parametrize(("method", "path", "body", "asked", "refusal", "status", "code"), REFUSALS)
async def test_refusals_are_problems(
    visitor: httpx.AsyncClient,
    token: dict[str, str],
    world: World,
    method: str,
    path: str,
    body: Any,
    asked: type[Request[Any]] | None,
    refusal: Refusal | None,
    status: int,
    code: str,
) -> None:
    if asked is not None and refusal is not None:
        world.refuse[asked] = refusal
    answer = await visitor.request(method, TO + path, json=body, headers=token)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code), problem
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["type"] == f"urn:portico:problem:{code}"
    assert problem["status"] == status
    assert problem["title"]
    assert len(problem["trace"]) == 32
    assert "secret-detail" not in answer.text
    if refusal is not None and "retry_after" in getattr(refusal, "facts", {}):
        assert answer.headers["retry-after"] == str(refusal.facts["retry_after"])
    if code == "bad_request":
        assert problem["problem"]


WORDS: list[tuple[str, str, Any, str]] = [
    ("POST", "/demo/sign-in", {}, "This field is missing, and it is needed."),
    ("POST", "/demo/sign-in", {"email": 7}, "This is no e-mail address, such as pat@example.com"),
    ("POST", f"/demo/sign-in/{SIGN_IN}/verify", None, "The body is missing: send a JSON object, be it empty."),
    ("GET", "/policies?limit=0", None, "This must be 1 or more."),
    ("GET", "/policies?limit=many", None, "This must be a whole number."),
    ("GET", "/policies?status=gone", None, "This must be "),
]


@pytest.mark.parametrize(("method", "path", "body", "said"), WORDS)
async def test_what_is_wrong_is_said_in_words_for_people(
    visitor: httpx.AsyncClient, token: dict[str, str], method: str, path: str, body: Any, said: str
) -> None:
    answer = await visitor.request(method, TO + path, json=body, headers=token)
    assert answer.status_code == 400 and answer.json()["problem"].startswith(said), answer.text


async def test_facts_stand_in_the_problem(visitor: httpx.AsyncClient, token: dict[str, str]) -> None:
    wrong = await visitor.post(f"{TO}/demo/sign-in/{SIGN_IN}/verify", json={"code": "1"})
    assert wrong.json()["attempts_left"] == 4
    unknown = await visitor.post(f"{TO}/demo/sign-in", json={"email": "x@example.com"})
    assert unknown.json()["title"] == EmailNotFound.title
    refused = await visitor.post(f"{TO}/id-cards", json={**CARD, "vehicle": "v3"}, headers=token)
    assert refused.json()["reason"] == "vin_incomplete"
    bad = await visitor.post(f"{TO}/id-cards", json={"policy": "x", "vehicle": "v1"}, headers=token)
    assert bad.json()["pointer"] == "/policy"


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe", b'{"email": "\\u0000"}', b'{"email": "\\ud800"}', b"[" * 10_000, b"1e999"]
)
async def test_broken_json_is_a_problem(visitor: httpx.AsyncClient, content: bytes) -> None:
    answer = await visitor.post(
        f"{TO}/demo/sign-in", content=content, headers={"Content-Type": "application/json", **SAME_SITE}
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic eDp5", "Bearer ü", f"Bearer {'x' * 500}", "x"])
async def test_no_session_no_answer(visitor: httpx.AsyncClient, header: str) -> None:
    answer = await visitor.get(f"{TO}/me", headers={"Authorization": header.encode("latin-1")})  # type: ignore[dict-item]
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_required")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_read_only_session_writes_nothing(visitor: httpx.AsyncClient, world: World) -> None:
    agent = bearer(world.sign_in(read_only=True))
    assert (await visitor.get(f"{TO}/home", headers=agent)).status_code == 200
    document = next(iter(world.papers))
    for path, body in (("/id-cards", CARD), (f"/documents/{document}/email", {})):
        answer = await visitor.post(TO + path, json=body, headers=agent)
        assert (answer.status_code, answer.json()["code"]) == (403, "read_only")
    assert world.mailed == []


async def test_documents_that_describe_it(visitor: httpx.AsyncClient, gateway: Gateway) -> None:
    described = (await visitor.get("/api/openapi.json")).json()
    assert described["openapi"].startswith("3.1")
    routes = {(method.upper(), path) for path, operations in described["paths"].items() for method in operations}
    served = {
        (method, route.path)
        for route in gateway.app._api.routes
        if route.path.startswith(TO)
        for method in route.methods
    }
    assert routes == served
    assert "422" not in json.dumps(described)
    words = {path.removeprefix(f"{TO}/").partition("/")[0] for _, path in routes}
    assert words <= RESERVED | {"{agency}"}, "else an agency of this name would have calls that never reach it"
    assert described["paths"][f"{TO}/{{agency}}/sign-in"]["post"]["security"] == []
    assert described["components"]["securitySchemes"]["cookie"]["name"] == "sid"
    assert (await visitor.get("/api/asyncapi.json")).json()["asyncapi"].startswith("3.")
