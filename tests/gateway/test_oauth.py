"""Access tokens for systems, from the real identity: RFC 6749 §4.4, and what a token then opens."""

import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import quote_plus

import httpx
import pytest
import pytest_asyncio
from nats.aio.client import Client

from contracts.identity.agencies import AddAgency, AgencyDetails
from contracts.identity.systems import AddSystemOf, ChangeSecretOf, EndSystemOf
from contracts.kinds import Request
from contracts.principal import Scope
from gateway import app
from kit.bus import Asker
from ops.stack.nats import NatsServer
from services.identity.app import open_parts
from services.identity.handlers import service
from services.identity.handlers import systems as handlers
from services.identity.settings import IdentitySettings
from services.identity.systems import grants

from .. import stack
from .conftest import BASE, Gateway, renderer, settings_for

SCOPES = (Scope.IMPERSONATE, Scope.AGENCY_ADMIN)


@dataclass
class House:
    """A gateway before the real identity, and a system of the agency `oakhill`."""

    browser: httpx.AsyncClient
    ops: Asker
    logins: stack.Logins
    client_id: str
    secret: str

    async def token(self, **fields: str) -> httpx.Response:
        """The answer to this form, with the system's credentials in it and all that is given."""
        form = {"grant_type": "client_credentials", "client_id": self.client_id, "client_secret": self.secret, **fields}
        return await self.browser.post("/oauth/token", data=form)

    async def settings(self, token: str, agency: str = "oakhill") -> httpx.Response:
        """What the token opens."""
        address = f"/api/v1/{agency}/settings"
        return await self.browser.get(address, headers={"Authorization": f"Bearer {token}"})


@pytest_asyncio.fixture
async def house(
    nats_server: NatsServer,
    ops_client: Client,
    clone: Callable[[str], Awaitable[stack.Logins]],
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[House]:
    monkeypatch.setattr(app, "Renderer", renderer)
    monkeypatch.setattr(handlers, "ANSWERED_BY_THEN", 0.05)
    logins = await clone("identity")
    await logins.clear()
    gateway = await stack.connect(nats_server, "gateway")
    ops = Asker(ops_client)
    async with (
        stack.running(service, stack.identity_settings(nats_server, logins), open_parts, IdentitySettings),
        app.open_web(settings_for(nats_server), gateway, Asker(gateway)) as door,
        Gateway(door, gateway, BASE).browser() as browser,
    ):
        for slug in ("oakhill", "riverside"):
            details = AgencyDetails(slug=slug, name=slug, phone="512-555-0100", email=f"agent@{slug}.example")
            await ops.ask(AddAgency(details=details))
        made = await ops.ask(AddSystemOf(agency="oakhill", name="crm", scopes=SCOPES))
        yield House(browser, ops, logins, made.system.client_id, made.client_secret)
    await gateway.close()


def basic(client_id: str, secret: str) -> dict[str, str]:
    """The credentials as a header, each written as in a form first (§2.3.1)."""
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


async def test_credentials_become_a_token_that_opens_the_agencys_calls(house: House) -> None:
    said = await house.token()
    assert said.status_code == 200
    body = said.json()
    assert set(body) == {"access_token", "token_type", "expires_in", "scope"}
    assert (body["token_type"], body["scope"]) == ("Bearer", "impersonate agency:admin")
    assert 3590 <= body["expires_in"] <= 3600
    assert (said.headers["cache-control"], said.headers["pragma"]) == ("no-store", "no-cache")
    assert "access-control-allow-origin" not in said.headers
    settings = await house.settings(body["access_token"])
    assert (settings.status_code, settings.json()["details"]["slug"]) == (200, "oakhill")
    changed = await house.browser.patch(
        "/api/v1/oakhill/settings",
        json={"hours": "Always", "version": 1},
        headers={"Authorization": f"Bearer {body['access_token']}"},
    )
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    doer = await house.logins.value("SELECT doer->>'kind' || ' ' || (doer->>'name') FROM activities WHERE number = 2")
    assert doer == "system crm"


async def test_it_opens_no_other_agency_and_nobodys_portal(house: House) -> None:
    token = (await house.token()).json()["access_token"]
    assert (await house.settings(token, "riverside")).status_code == 404
    me = await house.browser.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert (me.status_code, me.json()["code"]) == (401, "sign_in_required")
    systems = await house.browser.get("/api/v1/oakhill/systems", headers={"Authorization": f"Bearer {token}"})
    assert (systems.status_code, systems.json()["code"]) == (403, "not_allowed")  # a system adds no other


async def test_a_token_has_the_scopes_that_were_asked_for_and_no_more(house: House) -> None:
    narrow = await house.token(scope="impersonate")
    assert narrow.json()["scope"] == "impersonate"
    assert (await house.settings(narrow.json()["access_token"])).status_code == 403
    for scope in ("ams:publish", "agency:admin ams:publish", "everything", "agency:admin,impersonate"):
        said = await house.token(scope=scope)
        assert (said.status_code, said.json()["error"]) == (400, "invalid_scope"), scope
    assert (await house.token(scope="")).json()["scope"] == "impersonate agency:admin"


async def test_the_header_is_as_good_as_the_form(house: House) -> None:
    form = {"grant_type": "client_credentials"}
    good = await house.browser.post("/oauth/token", data=form, headers=basic(house.client_id, house.secret))
    assert good.status_code == 200
    same = await house.browser.post(
        "/oauth/token", data=form | {"client_id": house.client_id}, headers=basic(house.client_id, house.secret)
    )
    assert same.status_code == 200
    for twice in ({"client_secret": house.secret}, {"client_id": "other_oakhill"}):
        said = await house.browser.post("/oauth/token", data=form | twice, headers=basic(house.client_id, house.secret))
        assert (said.status_code, said.json()["error"]) == (400, "invalid_request")


async def test_whatever_is_wrong_the_answer_is_the_same(house: House) -> None:
    known, right = house.client_id, house.secret
    for client_id, secret in (
        (known, "wrong"),
        (known, ""),
        ("", right),
        ("crm_riverside", right),
        ("crm_nowhere", right),
        ("crm", right),
        ("CRM_OAKHILL", right),
        (known, f"{right} "),
        (known, "x" * 5000),
        ("ü" * 50, right),
        ("crm_oakhill' --", right),
    ):
        form = {"grant_type": "client_credentials"}
        for said in (
            await house.token(client_id=client_id, client_secret=secret),
            await house.browser.post("/oauth/token", data=form, headers=basic(client_id, secret)),
        ):
            assert said.status_code == 401, client_id
            assert said.json() == {
                "error": "invalid_client",
                "error_description": "This client id and secret are not known.",
            }
            assert said.headers["www-authenticate"].startswith("Basic ")
            assert said.headers["cache-control"] == "no-store"


async def test_what_is_no_proper_request_is_told_in_the_standards_words(house: House) -> None:
    post = house.browser.post
    form = {"content-type": "application/x-www-form-urlencoded"}
    for said, error, status in (
        (await post("/oauth/token", data={"client_id": "x"}), "invalid_request", 400),
        (await post("/oauth/token", json={"grant_type": "client_credentials"}), "invalid_request", 400),
        (await post("/oauth/token", content=b"grant_type=a&grant_type=b", headers=form), "invalid_request", 400),
        (await post("/oauth/token", content=b"grant_type=%ff", headers=form), "invalid_request", 400),
        (await post("/oauth/token", content=b"a=b&" * 50, headers=form), "invalid_request", 400),
        (await post("/oauth/token", content=b"x" * 70_000, headers=form), "too_large", 413),
        (await house.token(grant_type="password"), "unsupported_grant_type", 400),
        (await house.token(grant_type="authorization_code"), "unsupported_grant_type", 400),
        (await house.browser.get(f"/oauth/token?client_secret={house.secret}"), "method_not_allowed", 405),
        (await house.browser.get("/oauth/authorize"), "not_found", 404),
        (
            await post(
                "/oauth/token", data={"grant_type": "client_credentials"}, headers={"Authorization": "Bearer x"}
            ),
            "invalid_client",
            401,
        ),
        (
            await post("/oauth/token", data={"grant_type": "client_credentials"}, headers={"Authorization": "Basic ?"}),
            "invalid_client",
            401,
        ),
    ):
        assert (said.status_code, said.json()["error"]) == (status, error)
        assert said.headers["content-type"] == "application/json"
        assert house.secret not in said.text


@pytest.mark.parametrize(
    "ending",
    [
        EndSystemOf(agency="oakhill", name="crm"),
        ChangeSecretOf(agency="oakhill", name="crm", at_once=True),
    ],
    ids=["ended", "changed-at-once"],
)
async def test_an_ended_system_loses_its_tokens_at_once(house: House, ending: Request) -> None:
    token = (await house.token()).json()["access_token"]
    assert (await house.settings(token)).status_code == 200
    await house.ops.ask(ending)

    async def status() -> int:
        return (await house.settings(token)).status_code

    await stack.eventually(status, 401)
    assert (await house.token()).json()["error"] == "invalid_client"


async def test_a_secret_in_change_is_good_beside_the_new_one(house: House) -> None:
    fresh = await house.ops.ask(ChangeSecretOf(agency="oakhill", name="crm"))
    token = (await house.token()).json()["access_token"]
    assert (await house.token(client_secret=fresh.client_secret)).status_code == 200
    await house.logins.fetch("UPDATE systems SET old_secret_until = now()")
    assert (await house.token()).status_code == 401
    assert (await house.settings(token)).status_code == 200  # what it opened before runs its hour


async def test_a_token_runs_out(house: House) -> None:
    token = (await house.token()).json()["access_token"]
    await house.logins.fetch("UPDATE sessions SET expires_at = now() - interval '1 second'")
    assert (await house.settings(token)).status_code == 401
    await house.token()
    assert await house.logins.value("SELECT count(*) FROM sessions") == 1  # what ran out makes room


async def test_a_busy_system_cannot_fill_the_table(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grants, "LIVE", 3)
    tokens = [(await house.token()).json()["access_token"] for _ in range(5)]
    assert await house.logins.value("SELECT count(*) FROM sessions WHERE ended_at IS NULL") == 3
    assert [(await house.settings(token)).status_code for token in tokens] == [401, 401, 200, 200, 200]


async def test_neither_secret_nor_token_is_written_anywhere(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    token = (await house.token()).json()["access_token"]
    await house.token(client_secret=f"{house.secret}x")
    await house.settings(token)
    await house.browser.get(f"/oauth/token?client_secret={house.secret}")
    ours = [record.getMessage() for record in caplog.records if record.name != "httpx"]  # the test's own browser
    assert house.secret not in str(ours) and token not in str(ours)
    for table in ("systems", "sessions", "activities", "outbox"):
        rows = str(await house.logins.fetch(f"SELECT * FROM {table}"))
        assert house.secret not in rows and token not in rows


async def test_without_identity_it_says_so_in_the_same_form(visitor: httpx.AsyncClient) -> None:
    """The small services of the other tests answer nothing about systems."""
    form = {"grant_type": "client_credentials", "client_id": "crm_demo", "client_secret": "x"}
    said = await visitor.post("/oauth/token", data=form)
    assert (said.status_code, said.json()["error"]) == (503, "temporarily_unavailable")
    assert said.headers["retry-after"]
