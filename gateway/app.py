"""The gateway's process: what it opens at start, and the application that it serves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from nats.aio.client import Client

from contracts.streams import VIEW_USER
from kit.bus import Asker
from kit.bus.connection import connected_as
from kit.process import Process

from .agencies import Agencies
from .api.application import create_api
from .asking import Askers
from .console import routes as console
from .cookies import Jar
from .door import Door
from .feed import Feed
from .files import Files
from .mailbox import Mailbox
from .oauth import Oauth
from .oidc import Oidc
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
    async with connected_as(settings, VIEW_USER, settings.view_password) as viewing:

        async def ready() -> None:
            if not (client.is_connected and viewing.is_connected):
                raise ConnectionError

        parts = Parts(
            settings=settings,
            asker=Askers(client, viewing),
            agencies=Agencies(asker, client),
            sessions=Sessions(asker, client),
            # what is not kept yet takes seconds to compile, in which the loop has to turn
            renderer=await asyncio.to_thread(Renderer),
            seal=Seal(settings.keys),
            jar=Jar(https=settings.https),
            origins=Origins(settings),
            feed=Feed(client),
            ready=ready,
        )
        await parts.agencies.listen()
        await parts.sessions.listen()
        mailbox = Mailbox(parts)
        pages = [
            *Oidc(parts).routes(),
            *Oauth(parts).routes(),
            *routes(parts),
            *console.routes(parts),
            *Files(parts.renderer).routes(),
            *mailbox.routes(),
            *Root(parts).routes(),
        ]
        try:
            yield Door(parts, pages, create_api(parts))
        finally:
            await mailbox.close()


PROCESS = Process(settings=GatewaySettings, web=open_web)
