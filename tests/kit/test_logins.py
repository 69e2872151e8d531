"""Questions of the bus about logins: so many are looked at side by side, and beyond them the bus itself says no."""

import asyncio
import json

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
    _, comer = await asyncio.open_connection("127.0.0.1", nats_server.port)
    comer.write(b'CONNECT {"user": "comer", "pass": "x", "verbose": false, "pedantic": false}\r\nPING\r\n')
    await stack.eventually(lambda: "login not answered" in caplog.text)
    await server.drain()
    comer.close()
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
    comers = [await asyncio.open_connection("127.0.0.1", nats_server.port) for _ in range(3)]
    for number, (_, writer) in enumerate(comers):
        login = {"user": f"comer-{number}", "pass": "x", "verbose": False, "pedantic": False}
        writer.write(f"CONNECT {json.dumps(login)}\r\nPING\r\n".encode())
    await stack.eventually(lambda: "too many logins at once" in caplog.text)
    assert len(looked_at) == 2
    over.set()
    await server.drain()
    assert len(looked_at) == 2
    for _, writer in comers:
        writer.close()
    await client.close()
