"""An insured who asks documents by way of the gateway's limited user, and the made-up service that answers."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import uuid4

from contracts.documents.vault import Documents, GetHomeDocuments
from kit.bus import Asker, Call, Service
from ops.stack.nats import NatsServer
from tests import stack
from tests.kit.messages import OAKHILL

Handle = Callable[[], Awaitable[object]]
INSURED = (OAKHILL, uuid4())


def drawer(handle: Handle) -> Service:
    """documents, where listing the documents of Home runs `handle`."""
    service = Service("documents")

    @service.answers(GetHomeDocuments)
    async def list_newest(request: GetHomeDocuments, call: Call) -> Documents:
        await handle()
        return Documents(items=[])

    return service


@asynccontextmanager
async def gateway(server: NatsServer) -> AsyncIterator[Asker]:
    """The gateway's limited user, asking."""
    client = await stack.connect(server, "gateway")
    yield Asker(client)
    await client.close()
