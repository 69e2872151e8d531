"""Clients of agencies at providers, and where the providers are."""

from typing import Any

import pytest

from contracts.identity.openid import (
    NewOpenidClient,
    SetOpenidClient,
)
from contracts.identity.openid import (
    Provider as Name,
)
from contracts.kinds import BadRequest, NotFound
from services.identity.settings import IdentitySettings
from tests import stack

from ..conftest import SLUG
from .provider import CLIENT, SECRET
from .world import Google


@pytest.fixture
def identity_values(nats_server: Any) -> dict[str, Any]:
    class Logins:
        service = "identity"

        def url(self, role: str) -> str:
            return f"postgresql://{role}@127.0.0.1/none"

    return stack.identity_settings(nats_server, Logins()).model_dump()  # type: ignore[arg-type]


async def test_a_clients_secret_rests_sealed_and_everybody_hears_of_the_client(google: Google) -> None:
    await google.household()
    rests = await google.identity.logins.fetch("SELECT * FROM openid_clients")
    assert SECRET not in str([dict(row) for row in rests]) and SECRET.encode() not in rests[0]["sealed"]
    details = "SELECT details->>'google' FROM agencies"
    assert await google.identity.logins.value(details) == "true"
    told = "SELECT count(*) FROM outbox WHERE subject = 'event.identity.agency_changed'"
    before = await google.identity.logins.value(told)
    taken = SetOpenidClient(agency=SLUG, provider=Name.GOOGLE, client=None)
    assert (await google.ops.ask(taken)).items == []
    assert await google.identity.logins.value(details) == "false"
    assert await google.identity.logins.value(told) == before + 1
    with pytest.raises(NotFound):
        await google.begin()
    secret = {"client_id": CLIENT, "secret": SECRET}
    for provider, tenant in ((Name.GOOGLE, "11111111-2222-3333-4444-555555555555"), (Name.MICROSOFT, "")):
        client = NewOpenidClient.model_validate(secret | {"tenant": tenant})
        with pytest.raises(BadRequest):
            await google.ops.ask(SetOpenidClient(agency=SLUG, provider=provider, client=client))
    with pytest.raises(ValueError, match="tenant"):
        NewOpenidClient.model_validate(secret | {"tenant": "common"})


def test_a_provider_is_reached_by_https_or_on_this_machine(identity_values: dict[str, Any]) -> None:
    wrong = (
        "http://accounts.example.com",
        "ftp://127.0.0.1/x",
        "https://a:b@accounts.example.com",
        "accounts",
        "https://",
    )
    for address in wrong:
        with pytest.raises(ValueError, match="google_keys_url"):
            IdentitySettings(**identity_values | {"google_keys_url": address})


def test_microsofts_addresses_are_those_of_the_agencys_own_organization(identity_values: dict[str, Any]) -> None:
    values = {name: value for name, value in identity_values.items() if not name.startswith(("google_", "microsoft_"))}
    settings = IdentitySettings(**values)
    tenant = "11111111-2222-3333-4444-555555555555"
    own = settings.endpoints(Name.MICROSOFT, tenant)
    assert own.issuers == (f"https://login.microsoftonline.com/{tenant}/v2.0",)
    assert all(f"/{tenant}/" in url for url in (own.authorize, own.token, own.keys))
    google = settings.endpoints(Name.GOOGLE, "")
    assert google.issuers == ("https://accounts.google.com", "accounts.google.com")
