"""What a process is made of: its settings, its handlers, its own parts, and a web side if it has one."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nats.aio.client import Client

from .settings import ProcessSettings

if TYPE_CHECKING:
    from .bus import Asker, Service

OpenParts = Callable[[Any], AbstractAsyncContextManager[Any]]
CreateWeb = Callable[[Any, Client, "Asker"], AbstractAsyncContextManager[Any]]


@asynccontextmanager
async def no_parts(_: ProcessSettings) -> AsyncIterator[None]:
    """For a process that needs nothing beside its database and the bus."""
    yield None


@dataclass(frozen=True)
class Process:
    """One of our processes, as its `app.py` declares it.

    `open_parts` opens what handlers find as `call.bus.parts`; `web` opens an ASGI application that is served at
    settings.listen (the gateway); a process without a service answers nothing and has no database.
    """

    settings: type[ProcessSettings]
    service: "Service | None" = None
    open_parts: OpenParts = no_parts
    web: CreateWeb | None = None
