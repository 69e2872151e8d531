"""What was sent to the bus has been read when our flush returns; nats-py's own is answered ahead of it."""

import asyncio
from collections.abc import Awaitable, Callable

import nats
import pytest
from nats.aio.client import Client

from kit.bus.connection import flush
from tests import stack

INFO = b'INFO {"server_id":"x","version":"2.14.0","proto":1,"max_payload":1048576,"headers":true}\r\n'


@pytest.mark.parametrize(("wait", "protected"), [(flush, True), (Client.flush, False)], ids=["portico", "nats-py"])
async def test_a_subscription_is_read_before_the_last_ping(
    wait: Callable[[Client], Awaitable[None]], protected: bool
) -> None:
    read: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(INFO)
        while line := await reader.readline():
            read.append(line.decode().split(" ")[0].strip())
            if read[-1] == "PING":
                writer.write(b"PONG\r\n")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        host, port = server.sockets[0].getsockname()
        client = await nats.connect(f"nats://{host}:{port}", error_cb=stack.silent, allow_reconnect=False)
        before = len(read)
        await client.subscribe("event.>")
        await wait(client)
        said = read[before:]
        await client.close()
    last_ping = len(said) - said[::-1].index("PING")
    assert ("SUB" in said[:last_ping]) is protected, said
