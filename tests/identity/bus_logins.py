"""Systems of an agency as they come to the door of the bus, by nats-py or by hand."""

import asyncio
import json
import time
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

IN_TIME = 1.0  # seconds; the bus refuses by itself whom identity does not answer for within two
EVERYTHING = (Scope.AMS_PUBLISH, Scope.IMPERSONATE, Scope.AGENCY_ADMIN)


async def add(identity: Identity, name: str = "crm", scopes: tuple[Scope, ...] = EVERYTHING) -> Credentials:
    return await Asker(identity.ops).ask(AddSystemOf(agency=SLUG, name=name, scopes=scopes))


async def come_in(server: NatsServer, user: str, password: str, **options: Any) -> Client:
    options.setdefault("error_cb", stack.silent)
    options.setdefault("allow_reconnect", False)
    options |= {"user": user, "password": password, "inbox_prefix": f"_INBOX_{user}".encode()}
    for tries_left in (2, 1, 0):
        began = time.monotonic()
        try:
            return await nats.connect(server.url, **options)
        except (nats.errors.Error, TimeoutError):
            if not tries_left or time.monotonic() - began < IN_TIME:
                raise
    raise AssertionError


async def is_refused(
    server: NatsServer, user: str = "", password: str = "", *, away: bool = False, **options: str
) -> bool:
    """Whether a login is refused; unless identity is `away`, for another reason than that its answer was late."""
    for _ in range(3):
        began = time.monotonic()
        refused = await _is_refused_at_once(server, user, password, **options)
        if away or not refused or time.monotonic() - began < IN_TIME:
            break
    return refused


async def _is_refused_at_once(server: NatsServer, user: str, password: str, **options: str) -> bool:
    """By hand: nats-py leaves a connection open that was refused."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    login = {"user": user, "pass": password, "verbose": False, "pedantic": False, **options}
    await reader.readline()
    writer.write(f"CONNECT {json.dumps(login)}\r\nPING\r\n".encode())
    answer = await reader.readline()
    while answer.strip() == b"PING":  # the server's own, whenever it likes
        answer = await reader.readline()
    writer.close()
    known = (b"PONG", b"-ERR 'Authorization Violation'", b"-ERR 'Authentication Timeout'")
    assert answer.strip() in known, answer
    return answer.startswith(b"-ERR")
