"""Policy's wiring: its settings, its parts and its handlers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from kit.process import Process

from .handlers import service
from .parts import Parts, parts_from
from .settings import PolicySettings


@asynccontextmanager
async def open_parts(settings: PolicySettings) -> AsyncIterator[Parts]:
    """What webhooks are sent with."""
    yield parts_from(settings)


PROCESS = Process(PolicySettings, service, open_parts)
