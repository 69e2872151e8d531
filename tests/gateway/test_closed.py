"""A portal that is off: every page and call says so, staff look on, and it is back when it is on."""

import httpx
import pytest
import pytest_asyncio

from contracts.identity.agencies import AgencyChanged, AgencyDetails
from gateway.portal.route import ALWAYS
from kit.bus.connection import flush
from ops.stack.nats import NatsServer

from .. import stack
from . import portal_samples as samples
from .browsing import fields, send
from .conftest import Gateway
from .looking import address_of
from .services import World


async def turn(world: World, gateway: Gateway, server: NatsServer, *, on: bool) -> None:
    """The portal is switched, and the gateway hears of it as it does from identity."""
    changed = samples.AGENCY.model_copy(update={"portal_open": on})
    world.agencies["demo"] = changed
    identity = await stack.connect(server, "identity")
    event = AgencyChanged(agency=changed.id, version=2, details=AgencyDetails(**changed.model_dump(exclude={"id"})))
    await identity.publish(event.subject, event.model_dump_json().encode())
    await flush(identity)
    await identity.close()
    await flush(gateway.client)

    async def heard() -> bool:
        return (await gateway.app._parts.agencies.find("demo")).portal_open is on

    await stack.eventually(heard)


@pytest_asyncio.fixture
async def closed(gateway: Gateway, insured: httpx.AsyncClient, world: World, nats_server: NatsServer) -> None:
    """The demo agency's portal is off, while somebody is signed in."""
    assert (await insured.get("/demo/")).status_code == 200
    await turn(world, gateway, nats_server, on=False)


async def test_every_page_says_so_with_the_way_to_the_agency(
    closed: None, gateway: Gateway, insured: httpx.AsyncClient, visitor: httpx.AsyncClient
) -> None:
    pages = [route for route in gateway.app._pages if route.path.startswith("/{agency}/")]
    pages = [route for route in pages if not route.path.startswith(("/{agency}/console", "/{agency}/view"))]
    assert len(pages) > 20
    for route in pages:
        path = route.path.removeprefix("/{agency}")
        if path in ALWAYS:
            continue
        for name in route.param_convertors:
            path = path.replace(f"{{{name}:uuid}}", str(samples.POLICY.id)).replace(f"{{{name}}}", "x")
        for method in route.methods - {"HEAD"}:
            for browser in (insured, visitor):
                said = await browser.request(method, f"/demo{path}")
                assert said.status_code == 403, (method, path)
                assert "This portal is closed at the moment" in said.text
                assert "Rivera" not in said.text
                if not path.endswith(".json"):
                    assert samples.AGENCY.email in said.text and "tel:" in said.text


async def test_every_call_says_so_by_its_code(closed: None, insured: httpx.AsyncClient) -> None:
    for path in ("/me", "/home", "/information", "/agency", "/policies", "/id-cards"):
        said = await insured.get(f"/api/v1{path}")
        assert (said.status_code, said.json()["code"]) == (403, "portal_closed"), path
        assert said.headers["content-type"] == "application/problem+json"


async def test_the_page_is_dressed_and_speaks_spanish(closed: None, visitor: httpx.AsyncClient) -> None:
    assert (await visitor.get("/demo/brand.css")).status_code == 200
    page = await visitor.get("/demo/policies")
    form = fields(page) | {"language": "es"}
    moved = await send(visitor, page, form, "/demo/language")
    assert moved.status_code == 303
    assert "Este portal está cerrado por el momento" in (await visitor.get(moved.headers["location"])).text


async def test_staff_still_look_at_it(closed: None, visitor: httpx.AsyncClient, world: World) -> None:
    impersonation, address = address_of(world)
    opened = await send(visitor, await visitor.get(address), {}, address)
    assert opened.status_code == 303
    assert (await visitor.get(f"/demo/view/{impersonation}/")).status_code == 200


async def test_other_agencies_are_open(closed: None, visitor: httpx.AsyncClient) -> None:
    assert (await visitor.get("/riverside/sign-in")).status_code == 200


async def test_turned_on_again_whoever_was_signed_in_still_is(
    closed: None, gateway: Gateway, insured: httpx.AsyncClient, world: World, nats_server: NatsServer
) -> None:
    await turn(world, gateway, nats_server, on=True)
    assert (await insured.get("/demo/")).status_code == 200
    assert (await insured.get("/api/v1/me")).status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_page_that_is_not_there_is_not_there(closed: None, visitor: httpx.AsyncClient, method: str) -> None:
    assert (await visitor.request(method, "/demo/nothing-of-this-name")).status_code == 404
