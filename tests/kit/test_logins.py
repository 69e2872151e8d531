"""Questions of the bus about logins: so many are looked at side by side, and beyond them the bus itself says no."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable

import nats.errors
import pytest
from nats.aio.msg import Msg

from contracts.streams import Permissions
from kit.bus import Asker, Call, logins
from kit.bus.call import Bus
from kit.bus.callout import Login, LoginKeys
from kit.bus.logins import LoginServer
from ops.stack.nats import NatsServer
from tests import stack


@contextlib.asynccontextmanager
async def coming(server: NatsServer) -> AsyncIterator[Callable[[], Awaitable[int]]]:
    """Each call is another one who comes, since who is slow to say its name is not asked about; returns how many."""
    comers: list[asyncio.StreamWriter] = []

    async def come() -> int:
        _, comer = await asyncio.open_connection("127.0.0.1", server.port)
        login = {"user": f"comer-{len(comers)}", "pass": "x", "verbose": False, "pedantic": False}
        comer.write(f"CONNECT {json.dumps(login)}\r\nPING\r\n".encode())
        comers.append(comer)
        return len(comers)

    yield come
    for comer in comers:
        comer.close()


async def test_an_answer_that_cannot_be_sent_is_noted(
    nats_server: NatsServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def admit(login: Login, call: Call) -> Permissions | None:
        return None

    async def fail(message: Msg, data: bytes) -> None:
        raise nats.errors.ConnectionClosedError

    monkeypatch.setattr(Msg, "respond", fail)
    client = await stack.connect(nats_server, "identity")
    server = LoginServer(admit, Bus(None, client, Asker(client), None), LoginKeys(bytes.fromhex(stack.LOGIN_KEY)))  # type: ignore[arg-type]  # nobody opens a transaction
    await server.start()
    async with coming(nats_server) as come:

        async def noted() -> bool:
            await come()
            return "login not answered" in caplog.text

        await stack.eventually(noted, every=0.1)
        await server.drain()
    await client.close()


async def test_no_more_logins_are_looked_at_than_fit_however_many_come(
    nats_server: NatsServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(logins, "AT_ONCE", 2)
    monkeypatch.setattr(logins, "WITHIN", 60.0)
    looked_at: list[str] = []
    over = asyncio.Event()

    async def admit(login: Login, call: Call) -> Permissions | None:
        looked_at.append(login.user)
        await over.wait()
        return None

    client = await stack.connect(nats_server, "identity")
    server = LoginServer(admit, Bus(None, client, Asker(client), None), LoginKeys(bytes.fromhex(stack.LOGIN_KEY)))  # type: ignore[arg-type]  # nobody opens a transaction
    await server.start()
    async with coming(nats_server) as come:
        come_so_far = 0

        async def too_many() -> int:
            nonlocal come_so_far
            come_so_far = await come()
            return caplog.text.count("too many logins at once")

        await stack.eventually(too_many)
        await stack.eventually(lambda: len(looked_at), 2)  # the two may be on their way yet
        over.set()
        await server.drain()
    assert len(looked_at) <= come_so_far - caplog.text.count("too many logins at once")  # of those no one waits
    await client.close()
