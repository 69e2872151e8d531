"""Microsoft, played by the stand-in: staff of the agency's own organization come in, and nobody of another one."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette

from contracts.identity.openid import (
    Audience,
    NewOpenidClient,
    OpenidBegun,
    OpenidOver,
    OpenidRefused,
    OpenidReturn,
    Provider,
    SetOpenidClient,
)
from contracts.identity.second_factors import (
    FinishStaffOpenid,
    ListStaffWays,
    StaffEntry,
    StaffNotFound,
    StartStaffOpenid,
)
from contracts.identity.staff import AddMember
from contracts.kinds import BadRequest, NotFound
from contracts.principal import Role
from kit.admin import WebServer
from kit.bus import Asker
from ops.provider import roles, web
from ops.provider.codes import Client, Codes
from ops.stack.ports import free_port

from ..conftest import SLUG, Identity

CLIENT, SECRET = "portal-of-oakhill", "of-the-client"
RETURN = "http://localhost:8080/oidc/callback"
OTHER_TENANT = "11111111-2222-3333-4444-555555555555"
Changed = Callable[[dict[str, Any]], dict[str, Any]]


@pytest_asyncio.fixture(scope="module")
async def codes() -> AsyncIterator[Codes]:
    """Microsoft on loopback, for one tenant."""
    port = free_port()
    played = Codes(roles.microsoft(f"http://127.0.0.1:{port}"), Client(CLIENT, SECRET, RETURN))
    server = WebServer(Starlette(routes=web.routes(played)), f"127.0.0.1:{port}")
    await server.start()
    yield played
    await server.stop()


@pytest.fixture
def own_settings(codes: Codes) -> dict[str, Any]:
    base = "http://{0.hostname}:{0.port}".format(urlsplit(codes.role.issuer))
    role = roles.microsoft(base, "{tenant}")
    return {
        "microsoft_issuer": role.issuer,
        "microsoft_authorize_url": role.authorize,
        "microsoft_token_url": role.token,
        "microsoft_keys_url": role.keys,
    }


@pytest_asyncio.fixture
async def agency(identity: Identity) -> Identity:
    """With a client at Microsoft, and an invited admin."""
    await set_client(identity)
    ops = Asker(identity.ops)
    await ops.ask(AddMember(agency=SLUG, name="Alex Morgan", email="admin@demo.example", role=Role.ADMIN))
    return identity


async def set_client(identity: Identity, provider: Provider = Provider.MICROSOFT, **changes: Any) -> None:
    values = {"client_id": CLIENT, "secret": SECRET, "tenant": roles.TENANT} | changes
    client = NewOpenidClient.model_validate(values)
    await Asker(identity.ops).ask(SetOpenidClient(agency=SLUG, provider=provider, client=client))


async def begin(identity: Identity, provider: Provider = Provider.MICROSOFT) -> OpenidBegun:
    return await identity.asker.ask(StartStaffOpenid(agency=SLUG, provider=provider))


async def come(identity: Identity, email: str) -> StaffEntry:
    """There, an account chosen on Microsoft's page, and back."""
    begun = await begin(identity)
    async with httpx.AsyncClient(timeout=20) as browser:
        answer = await browser.post(begun.url, data={"email": email})
    back = httpx.URL(answer.headers["location"]).params
    assert "iss" not in back, "Microsoft does not name its issuer here"
    returned = OpenidReturn(carried=begun.carried, state=back["state"], code=back["code"])
    return await identity.asker.ask(FinishStaffOpenid(agency=SLUG, returned=returned))


@pytest.fixture
def lying(codes: Codes) -> Any:
    """Changes what the stand-in's tokens claim, until the test is over."""
    honest = codes.role

    def change(changed: Changed) -> None:
        codes.role = replace(honest, claims=lambda *about: changed(honest.claims(*about)))

    yield change
    codes.role = honest


async def test_staff_of_the_agency_s_organization_come_in_by_their_user_name(agency: Identity) -> None:
    entry = await come(agency, "Admin@demo.example")
    assert (entry.name, entry.makes) == ("Alex Morgan", ("passkey", "authenticator"))
    proven = await agency.logins.fetch("SELECT issuer, subject FROM staff_entries")
    assert proven[0]["issuer"].endswith(f"/microsoft/{roles.TENANT}/v2.0") and proven[0]["subject"]
    with pytest.raises(StaffNotFound):
        await come(agency, "temp@demo.example")


async def test_tokens_of_another_organization_are_refused(agency: Identity, lying: Callable[[Changed], None]) -> None:
    """Microsoft signs for every organization: an account elsewhere can have any user name there."""
    with pytest.raises(OpenidRefused):
        await come(agency, "agent@elsewhere.example")
    lies: tuple[Changed, ...] = (
        lambda claims: claims | {"tid": OTHER_TENANT},
        lambda claims: {name: value for name, value in claims.items() if name != "tid"},
        lambda claims: claims | {"iss": claims["iss"].replace(roles.TENANT, OTHER_TENANT)},
        lambda claims: claims | {"iss": claims["iss"].replace(roles.TENANT, OTHER_TENANT), "tid": OTHER_TENANT},
        lambda claims: claims | {"iss": claims["iss"].replace(roles.TENANT, "common")},
    )
    for lie in lies:
        lying(lie)
        with pytest.raises(OpenidRefused):
            await come(agency, "admin@demo.example")
    lying(lambda claims: claims)
    assert (await come(agency, "admin@demo.example")).name == "Alex Morgan"


async def test_an_e_mail_that_microsoft_repeats_is_nobody_s_name(
    agency: Identity, lying: Callable[[Changed], None]
) -> None:
    said = {"email": "admin@demo.example", "email_verified": True, "preferred_username": "temp@demo.example"}
    lying(lambda claims: claims | said)
    with pytest.raises(StaffNotFound):
        await come(agency, "temp@demo.example")


async def test_a_client_lets_in_whom_the_agency_says(agency: Identity) -> None:
    ways = ListStaffWays(agency=SLUG)
    assert (await agency.asker.ask(ways)).providers == (Provider.MICROSOFT,)
    with pytest.raises(BadRequest):
        await set_client(agency, lets_in=[Audience.INSUREDS, Audience.STAFF])
    google = {"provider": Provider.GOOGLE, "tenant": ""}
    record = "SELECT details->>'google' FROM agencies"
    await set_client(agency, **google, lets_in=[Audience.INSUREDS])
    assert (await agency.asker.ask(ways)).providers == (Provider.MICROSOFT,)
    assert await agency.logins.value(record) == "true"
    with pytest.raises(NotFound):
        await begin(agency, Provider.GOOGLE)
    begun = await begin(agency)
    await set_client(agency, **google, lets_in=[Audience.STAFF])
    assert (await agency.asker.ask(ways)).providers == (Provider.MICROSOFT, Provider.GOOGLE)
    assert await agency.logins.value(record) == "false", "insureds are not led to Google any more"
    assert begun.url
    under_way = await begin(agency, Provider.GOOGLE)
    going = "SELECT array_agg(provider) FROM openid_flows"
    assert sorted(await agency.logins.value(going)) == ["google", "microsoft"]
    await set_client(agency, **google, lets_in=[Audience.INSUREDS])
    state = parse_qs(urlsplit(under_way.url).query)["state"][0]
    returned = OpenidReturn(carried=under_way.carried, state=state, code="c")
    with pytest.raises(OpenidOver):
        await agency.asker.ask(FinishStaffOpenid(agency=SLUG, returned=returned))
    assert await agency.logins.value(going) == ["microsoft"]  # who is on another way goes on
    with pytest.raises(NotFound):
        await begin(agency, Provider.GOOGLE)


async def test_a_secret_stays_with_its_client(agency: Identity) -> None:
    kept = "SELECT sealed FROM openid_clients WHERE provider = 'microsoft'"
    before = await agency.logins.value(kept)
    await set_client(agency, secret=None)
    assert await agency.logins.value(kept) == before
    assert (await come(agency, "admin@demo.example")).name == "Alex Morgan"
    for change in ({"client_id": "another"}, {"tenant": OTHER_TENANT}, {"provider": Provider.GOOGLE, "tenant": ""}):
        with pytest.raises(BadRequest):
            await set_client(agency, **{"secret": None, **change})
    assert await agency.logins.value(kept) == before
