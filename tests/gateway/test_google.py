"""Sign in with Google at the gateway: off by a link, and back with this browser's own secret or not at all."""

import httpx
import pytest

from contracts.identity.openid import FinishGoogleSignIn, GoogleAccountNotFound, OpenidAway
from contracts.identity.sign_in import EmailNotFound
from contracts.kinds import Refusal

from .browsing import fields
from .conftest import SAME_SITE, Gateway
from .google_answers import FIRST_TIME, KNOWN, LINK, STATE, THERE
from .services import World

CALLBACK = "/oidc/callback"
OVER = "This sign-in can no longer be used. Please start again."


@pytest.fixture(autouse=True)
def with_client(world: World) -> None:
    world.agencies["demo"] = world.agencies["demo"].model_copy(update={"google": True})


async def off(visitor: httpx.AsyncClient) -> None:
    """On the way to Google."""
    left = await visitor.get("/demo/sign-in/google/open")
    assert (left.status_code, left.headers["location"]) == (303, THERE)
    assert "flow" in visitor.cookies


async def back(visitor: httpx.AsyncClient, code: str = KNOWN, **more: str) -> httpx.Response:
    """As the provider sends the browser back."""
    query = {"state": STATE, "code": code} | more
    return await visitor.get(CALLBACK, params=query, headers={"sec-fetch-site": "cross-site"})


async def test_a_known_account_comes_in_and_nothing_of_the_way_stays(visitor: httpx.AsyncClient) -> None:
    await visitor.get("/demo/sign-in?next=/policies")
    await off(visitor)
    answer = await back(visitor)
    assert (answer.status_code, answer.headers["location"]) == (303, "/demo/policies")
    assert "sid" in visitor.cookies and "flow" not in visitor.cookies


async def test_a_new_account_is_led_to_the_code(visitor: httpx.AsyncClient) -> None:
    await off(visitor)
    answer = await back(visitor, FIRST_TIME)
    assert answer.headers["location"] == "/demo/sign-in/code"
    page = await visitor.get("/demo/sign-in/code")
    assert "Google has confirmed who you are." in page.text
    assert "sid" not in visitor.cookies


async def test_a_browser_that_is_on_no_way_is_told_so_and_identity_is_not_asked(
    visitor: httpx.AsyncClient, world: World
) -> None:
    answer = await back(visitor)
    assert answer.status_code == 410 and OVER in answer.text
    await visitor.get("/demo/sign-in")  # a flow, but none that leads to Google
    assert (await back(visitor)).status_code == 410
    visitor.cookies.set("flow", "1.e30.00", domain="localhost.local")
    assert (await back(visitor)).status_code == 410
    assert "FinishGoogleSignIn" not in world.asked


async def test_a_planted_state_does_not_end_the_browsers_own_way(visitor: httpx.AsyncClient) -> None:
    await off(visitor)
    planted = await back(visitor, state="of-another-browser")
    assert planted.headers["location"] == "/demo/sign-in/google"
    assert OVER in (await visitor.get("/demo/sign-in/google")).text
    assert "sid" not in visitor.cookies
    assert (await back(visitor)).headers["location"] == "/demo/"


@pytest.mark.parametrize("refusal", [GoogleAccountNotFound, EmailNotFound, OpenidAway])
async def test_why_it_did_not_succeed_is_said_once_where_it_can_be_tried_again(
    visitor: httpx.AsyncClient, world: World, refusal: type[Refusal]
) -> None:
    world.refuse[FinishGoogleSignIn] = refusal()
    await off(visitor)
    answer = await back(visitor)
    assert answer.headers["location"] == "/demo/sign-in/google"
    told = refusal.title.replace("'", "&#39;")
    assert told in (await visitor.get("/demo/sign-in/google")).text
    assert told not in (await visitor.get("/demo/sign-in/google")).text
    world.refuse.clear()
    assert (await back(visitor)).status_code == 410  # that way is over


async def test_another_sites_page_begins_nothing(visitor: httpx.AsyncClient, world: World) -> None:
    for site in ("cross-site", "same-site"):
        answer = await visitor.get("/demo/sign-in/google/open", headers={"sec-fetch-site": site})
        assert answer.headers["location"] == "/demo/sign-in/google"
    assert "StartGoogleSignIn" not in world.asked


async def test_the_sign_in_page_offers_google_only_where_the_agency_has_a_client(
    visitor: httpx.AsyncClient, world: World
) -> None:
    assert "/demo/sign-in/google" in (await visitor.get("/demo/sign-in")).text
    assert "/riverside/sign-in/google" not in (await visitor.get("/riverside/sign-in")).text
    assert (await visitor.get("/riverside/sign-in/google")).headers["location"] == "/riverside/sign-in"


async def test_a_persons_google_accounts_can_be_seen_and_removed(
    insured: httpx.AsyncClient, gateway: Gateway, world: World
) -> None:
    page = await insured.get("/demo/sign-in-methods")
    assert LINK.email in page.text
    form = {"csrf": fields(page)["csrf"], "link": str(LINK.id)}
    removed = await insured.post("/demo/sign-in-methods/google/remove", data=form, headers=SAME_SITE)
    assert removed.headers["location"] == "/demo/sign-in-methods"
    for wrong in ("nonsense", "00000000-0000-0000-0000-000000000001"):
        answer = await insured.post(
            "/demo/sign-in-methods/google/remove", data=form | {"link": wrong}, headers=SAME_SITE
        )
        assert answer.status_code == 404
    forged = await insured.post("/demo/sign-in-methods/google/remove", data={"link": str(LINK.id)}, headers=SAME_SITE)
    assert forged.status_code == 403
    listed = (await insured.get("/api/v1/google-accounts")).json()["items"]
    assert [link["email"] for link in listed] == [LINK.email]
    assert (await insured.delete(f"/api/v1/google-accounts/{LINK.id}", headers=SAME_SITE)).status_code == 204
