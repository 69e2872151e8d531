"""The gateway as it runs, over a real bus, with small services behind it."""

import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
import pytest
import pytest_asyncio
from nats.aio.client import Client

from gateway import app
from gateway.door import Door
from gateway.rendering import Renderer
from gateway.settings import GatewaySettings
from kit.bus import Asker
from kit.bus.connection import flush
from ops.stack.nats import NatsServer

from .. import stack
from .services import World, answering

BASE = "http://localhost:8080"
SAME_SITE = {"Sec-Fetch-Site": "same-origin", "Origin": BASE}
OpenGateway = Callable[..., AbstractAsyncContextManager["Gateway"]]


@cache
def renderer() -> Renderer:
    """Templates take a third of a second to compile: once for all tests."""
    return Renderer()


@dataclass
class Gateway:
    """A running gateway, its own connection, and how browsers reach it."""

    app: Door
    client: Client
    base: str

    def browser(self, **options: Any) -> httpx.AsyncClient:
        """A browser without history; it follows no redirect by itself."""
        address = options.pop("peer", ("203.0.113.7", 50000))
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=address)
        return httpx.AsyncClient(transport=transport, base_url=options.pop("base", self.base), **options)


@pytest_asyncio.fixture
async def world(nats_server: NatsServer) -> AsyncIterator[World]:
    """The services and what they know."""
    known = World()
    async with answering(nats_server, known):
        yield known


@pytest.fixture
def open_gateway(nats_server: NatsServer, world: World, monkeypatch: pytest.MonkeyPatch) -> OpenGateway:
    """`async with open_gateway(public_url=…)`: a gateway with settings of its own."""
    monkeypatch.setattr(app, "Renderer", renderer)

    @contextlib.asynccontextmanager
    async def opened(**changes: Any) -> AsyncIterator[Gateway]:
        settings = settings_for(nats_server, **changes)
        client = await stack.connect(nats_server, "gateway")
        async with app.open_web(settings, client, Asker(client)) as door:
            await flush(client)
            yield Gateway(door, client, settings.public_url)
        await client.close()

    return opened


@pytest_asyncio.fixture
async def gateway(open_gateway: OpenGateway) -> AsyncIterator[Gateway]:
    """A gateway on loopback."""
    async with open_gateway() as opened:
        yield opened


@pytest_asyncio.fixture
async def visitor(gateway: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without a session."""
    async with gateway.browser() as opened:
        yield opened


@pytest_asyncio.fixture
async def insured(gateway: Gateway, world: World) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that is signed in at the demo agency."""
    async with gateway.browser() as opened:
        # the domain that http.cookiejar gives to localhost, so that the gateway can take the cookie away again
        opened.cookies.set("sid", world.sign_in(), domain="localhost.local")
        yield opened


def settings_for(server: NatsServer, **changes: Any) -> GatewaySettings:
    """The gateway's settings on this bus."""
    values: dict[str, Any] = {
        "nats_url": server.url,
        "nats_user": "gateway",
        "nats_password": stack.NATS_PASSWORDS["gateway"],
        "principal_keys": "{}",
        "csrf_key": "of-the-gateway-in-tests-0123456789",
        "view_password": stack.NATS_PASSWORDS["gateway_view"],
        "public_url": BASE,
    }
    return GatewaySettings(**{**values, **changes})
