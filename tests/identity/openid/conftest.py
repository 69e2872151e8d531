"""An agency with a client at Google, and a provider on loopback in Google's place."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from services.identity.openid import calls

from ..conftest import Identity
from .provider import Provider, providing
from .world import Google


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A provider is not away because the tests' machine stands still for some seconds."""
    monkeypatch.setattr(calls, "PATIENCE", 30.0)


@pytest_asyncio.fixture(scope="module")
async def _listening() -> AsyncIterator[Provider]:
    async with providing() as opened:
        yield opened


@pytest.fixture
def provider(_listening: Provider) -> Provider:
    """The provider, honest again."""
    _listening.reset()
    return _listening


@pytest.fixture
def own_settings(provider: Provider) -> dict[str, Any]:
    return dict(provider.settings)


@pytest_asyncio.fixture
async def google(identity: Identity, provider: Provider) -> Google:
    world = Google(identity, provider)
    await world.set_client()
    return world
