"""An OpenID provider that others have made takes Google's place: our requests and its tokens understand each other."""

import warnings
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from ..conftest import Identity
from .provider import Provider
from .world import PAT, Google

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import authlib.deprecate  # noqa: F401 - its own filter would come before ours otherwise
    import oidc_provider_mock


# the provider itself is behind the library that it is made with
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with oidc_provider_mock.run_server_in_thread(require_nonce=True) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def own_settings(url: str) -> dict[str, Any]:
    return {
        "google_issuer": url,
        "google_authorize_url": f"{url}/oauth2/authorize",
        "google_token_url": f"{url}/oauth2/token",
        "google_keys_url": f"{url}/jwks",
    }


async def test_an_independent_provider_signs_a_person_in(identity: Identity, url: str) -> None:
    google = Google(identity, Provider(0))
    await google.set_client()
    await google.household()
    async with httpx.AsyncClient(timeout=20) as browser:
        person = {"email": PAT, "email_verified": True, "name": "Pat Rivera"}
        assert (await browser.put(f"{url}/users/1021", json=person)).status_code == 204
        for first_time in (True, False):
            sent = await identity.sent()
            begun = await google.begin()
            answer = await browser.post(begun.url, data={"sub": "1021"})
            back = httpx.URL(answer.headers["location"])
            came = await google.finish(begun, back.params["state"], back.params["code"])
            assert (came.signed_in is None) is first_time
            if first_time:
                await google.enter(came, await identity.newest_code(sent))
