"""The gateway's process: what it opens at start, and the application that it serves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from nats.aio.client import Client

from kit.bus import Asker
from kit.process import Process

from .agencies import Agencies
from .api.application import create_api
from .cookies import Jar
from .door import Door
from .feed import Feed
from .files import Files
from .mailbox import Mailbox
from .parts import Parts
from .portal.routes import routes
from .rendering import Renderer
from .root import Root
from .sealing import Seal
from .security import Origins
from .session import Sessions
from .settings import GatewaySettings


@asynccontextmanager
async def open_web(settings: GatewaySettings, client: Client, asker: Asker) -> AsyncIterator[Door]:
    """The application, for as long as the block runs."""

    async def ready() -> None:
        if not client.is_connected:
            raise ConnectionError

    parts = Parts(
        settings=settings,
        asker=asker,
        agencies=Agencies(asker, client),
        sessions=Sessions(asker, client),
        renderer=Renderer(),
        seal=Seal(settings.keys),
        jar=Jar(https=settings.https),
        origins=Origins(settings),
        feed=Feed(client),
        ready=ready,
    )
    await parts.agencies.listen()
    await parts.sessions.listen()
    async with httpx.AsyncClient(timeout=5) as to_mailbox:
        pages = [
            *routes(parts),
            *Files(parts.renderer).routes(),
            *Mailbox(parts, to_mailbox).routes(),
            *Root(parts).routes(),
        ]
        api = create_api(parts)
        yield Door(parts, pages, api)


PROCESS = Process(settings=GatewaySettings, web=open_web)
