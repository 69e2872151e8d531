"""What the gateway works with, opened once when it starts."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from pydantic import BaseModel

from contracts.identity.sessions import Session
from contracts.kinds import ReadOnly, Request

from .agencies import Agencies
from .asking import Askers
from .cookies import Jar
from .feed import Feed
from .rendering import Renderer
from .sealing import Seal
from .security import Origins
from .session import Sessions
from .settings import GatewaySettings

Answer = TypeVar("Answer", bound=BaseModel)


@dataclass(frozen=True)
class Parts:
    """Everything that pages and the JSON API share; `ready` raises while the gateway cannot work."""

    settings: GatewaySettings
    asker: Askers
    agencies: Agencies
    sessions: Sessions
    renderer: Renderer
    seal: Seal
    jar: Jar
    origins: Origins
    feed: Feed
    ready: Callable[[], Awaitable[None]]


class Ask(Protocol):
    """Asks the owner of a request, in somebody's name."""

    async def __call__(self, request: Request[Answer], /) -> Answer:
        """The answer; raises the refusals that the request declares."""


@dataclass(frozen=True)
class InNameOf:
    """Asks in the name of a session; whatever a read-only one asks goes over the connection that can only read."""

    asker: Askers
    session: Session

    async def __call__(self, request: Request[Answer], /) -> Answer:
        """The answer; raises the refusals that the request declares, and ReadOnly."""
        if not self.session.read_only:
            return await self.asker.ask(request, self.session.principal)
        if not request.reads:
            raise ReadOnly  # the bus would not let it through, and nobody would know why
        return await self.asker.reading.ask(request, self.session.principal)
