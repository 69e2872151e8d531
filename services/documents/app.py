"""Documents' wiring: its settings, its handlers, and the fonts that cards are set in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from kit.process import Process
from kit.settings import ProcessSettings

from .handlers import service
from .paper import typesetting
from .settings import DocumentsSettings


@asynccontextmanager
async def open_fonts(_: ProcessSettings) -> AsyncIterator[None]:
    """Reads the fonts before the first request, which would otherwise wait for them."""
    await asyncio.to_thread(typesetting.load_fonts)
    yield None


PROCESS = Process(DocumentsSettings, service, open_fonts)
