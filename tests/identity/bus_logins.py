"""Systems of an agency as they come to the door of the bus, by nats-py or by hand."""

import asyncio
import json
from typing import Any

import nats
import nats.errors
import nats.js.errors
from nats.aio.client import Client

from contracts.identity.systems import AddSystemOf, Credentials
from contracts.principal import Scope
from kit.bus import Asker
from ops.stack.nats import NatsServer
from tests import stack

from .conftest import SLUG, Identity

EVERYTHING = (Scope.AMS_PUBLISH, Scope.IMPERSONATE, Scope.AGENCY_ADMIN)


async def add(identity: Identity, name: str = "crm", scopes: tuple[Scope, ...] = EVERYTHING) -> Credentials:
    return await Asker(identity.ops).ask(AddSystemOf(agency=SLUG, name=name, scopes=scopes))


async def come_in(server: NatsServer, user: str, password: str, **options: Any) -> Client:
    options.setdefault("error_cb", stack.silent)
    options.setdefault("allow_reconnect", False)
    prefix = f"_INBOX_{user}".encode()
    return await nats.connect(server.url, user=user, password=password, inbox_prefix=prefix, **options)


async def is_refused(server: NatsServer, user: str = "", password: str = "", **options: str) -> bool:
    """By hand: nats-py leaves a connection open that was refused."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    login = {"user": user, "pass": password, "verbose": False, "pedantic": False, **options}
    await reader.readline()
    writer.write(f"CONNECT {json.dumps(login)}\r\nPING\r\n".encode())
    answer = await reader.readline()
    while answer.strip() == b"PING":  # the server's own, whenever it likes
        answer = await reader.readline()
    writer.close()
    assert answer.strip() in (b"PONG", b"-ERR 'Authorization Violation'"), answer
    return answer.startswith(b"-ERR")
