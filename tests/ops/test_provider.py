"""The stand-ins for Google and Microsoft: as strict with a client as those are, and honest about what they are."""

import base64
from collections.abc import AsyncIterator
from hashlib import sha256
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette

from ops.provider import roles
from ops.provider.codes import Client, Codes
from ops.provider.roles import Role
from ops.provider.web import routes

BASE = "http://127.0.0.1:9"
CLIENT = Client("portico-demo", "of-the-client", "http://localhost:8080/oidc/callback")
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
ASKED = {
    "client_id": CLIENT.id,
    "redirect_uri": CLIENT.return_address,
    "response_type": "code",
    "scope": "openid email profile",
    "state": "s",
    "nonce": "n",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}
FORM = {
    "grant_type": "authorization_code",
    "client_id": CLIENT.id,
    "client_secret": CLIENT.secret,
    "redirect_uri": CLIENT.return_address,
    "code_verifier": VERIFIER,
}


ROLES = (roles.google(BASE), roles.microsoft(BASE))


@pytest.fixture(params=ROLES, ids=lambda role: role.name)
def role(request: pytest.FixtureRequest) -> Role:
    found: Role = request.param
    return found


@pytest_asyncio.fixture
async def visitor(role: Role) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=[route for each in ROLES for route in routes(Codes(each, CLIENT))])
    base = role.authorize.removesuffix("/authorize")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=base) as opened:
        yield opened


async def code(visitor: httpx.AsyncClient, role: Role) -> str:
    answer = await visitor.post(f"/authorize?{urlencode(ASKED)}", data={"email": role.accounts[0].email})
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert (query["state"], query.get("iss")) == (["s"], [role.issuer] if role.names_issuer else None)
    return query["code"][0]


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": "another"},
        {"redirect_uri": "http://localhost:8080/elsewhere"},
        {"response_type": "token"},
        {"code_challenge_method": "plain"},
        {"code_challenge": ""},
        {"nonce": ""},
        {"state": ""},
        {"scope": "email"},
    ],
)
async def test_a_request_that_lacks_what_protects_it_leads_nowhere(
    visitor: httpx.AsyncClient, change: dict[str, str]
) -> None:
    for method in ("GET", "POST"):
        answer = await visitor.request(method, f"/authorize?{urlencode(ASKED | change)}")
        assert answer.status_code == 400 and "location" not in answer.headers


async def test_a_code_is_traded_once_and_only_with_its_verifier(visitor: httpx.AsyncClient, role: Role) -> None:
    for change in (
        {"code_verifier": "w" * 43},
        {"client_secret": "another"},
        {"redirect_uri": "http://localhost:8080/elsewhere"},
        {"grant_type": "password"},
        {"code": "made-up"},
    ):
        form = FORM | {"code": await code(visitor, role)} | change
        assert (await visitor.post("/token", data=form)).status_code in (400, 401)
    form = FORM | {"code": await code(visitor, role)}
    assert "id_token" in (await visitor.post("/token", data=form)).json()
    assert (await visitor.post("/token", data=form)).json() == {"error": "invalid_grant"}


async def test_its_page_says_what_it_is_and_takes_any_address_but_no_nonsense(
    visitor: httpx.AsyncClient, role: Role
) -> None:
    page = await visitor.get(f"/authorize?{urlencode(ASKED | {'login_hint': '<b>@gmail.com'})}")
    assert f"Stand-in for {role.name}" in page.text and role.accounts[0].email in page.text
    assert "<b>" not in page.text
    for typed, status in (("anna@gmail.com", 303), ("anna", 400), ("", 400), ("a b@c", 400), ("@", 400)):
        answer = await visitor.post(f"/authorize?{urlencode(ASKED)}", data={"other": typed})
        assert answer.status_code == status, typed
    denied = await visitor.post(f"/authorize?{urlencode(ASKED)}", data={"deny": "1"})
    assert "error=access_denied" in denied.headers["location"]


def test_microsoft_s_tokens_name_the_directory_and_no_verified_address() -> None:
    role = roles.microsoft(BASE)
    for account, own in ((role.accounts[0], True), (role.accounts[-1], False)):
        claims = role.claims(account, CLIENT.id)
        assert {"oid", "tid", "sub", "preferred_username"} <= claims.keys()
        assert "email_verified" not in claims and claims["oid"] != claims["sub"]
        assert (claims["iss"] == role.issuer, claims["tid"] == roles.TENANT) == (own, own)
