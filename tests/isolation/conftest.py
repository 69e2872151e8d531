"""The portal with two agencies and three households, once for each file of tests."""

from collections.abc import AsyncIterator

import httpx
import pytest_asyncio

from ops.stack.nats import NatsServer
from tests.logins import Templates

from .portal import Portal, running_portal


@pytest_asyncio.fixture(scope="module")
async def portal(nats_server: NatsServer, templates: Templates) -> AsyncIterator[Portal]:
    """The gateway and the services, and everybody who calls."""
    async with running_portal(nats_server, templates) as running:
        yield running


@pytest_asyncio.fixture
async def http(portal: Portal) -> AsyncIterator[httpx.AsyncClient]:
    """A client without cookies."""
    async with portal.browser() as opened:
        yield opened
