"""Identity's wiring: its settings, its keys, its handlers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from kit.process import Process

from .handlers import service
from .parts import Parts, parts_from
from .settings import IdentitySettings


@asynccontextmanager
async def open_parts(settings: IdentitySettings) -> AsyncIterator[Parts]:
    """The parts, for as long as the process runs."""
    parts = parts_from(settings)
    try:
        yield parts
    finally:
        await parts.wide.close()
        await parts.calls.close()


PROCESS = Process(IdentitySettings, service, open_parts)
