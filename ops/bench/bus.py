"""`bench bus`: a typed, authorised request, traced at 5 %, against a bare nats-py request."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import nats
import uvloop

from contracts.principal import Kind, Principal
from kit import telemetry
from kit.bus import Asker
from kit.ids import new_id
from kit.principal import PrincipalSigner, generate_key, public_set
from ops.bench.asking import ask_bare, ask_typed
from ops.bench.responder import answering
from ops.bench.rounds import alternate, print_ratios
from ops.bench.temporary import temporary_folder
from ops.stack.nats import OPS, NatsServer, NatsUser, start_nats
from ops.stack.ports import free_ports

ROUNDS = 5
PASSWORD = "of-the-measurement"  # noqa: S105 - of a server that lives for this run on loopback
TARGET = 0.45


def run(_: Path) -> None:
    """Measures and prints; needs no running stack."""
    uvloop.run(_run())


async def _run() -> None:
    with temporary_folder() as folder:
        traces = str(folder / "asker.ndjson")
        telemetry.configure("bench", traces, 0.05)
        async with _bus(folder) as (server, principal):
            client = await nats.connect(server.url, user=OPS, password=PASSWORD)
            asker = Asker(client)
            figures = await alternate(
                {
                    "bare nats-py request": lambda: ask_bare(client),
                    "typed, authorised, traced request": lambda: ask_typed(asker, principal),
                },
                ROUNDS,
            )
            await client.close()
        telemetry.shutdown()
    print_ratios(figures, "bare nats-py request", {"typed, authorised, traced request": TARGET})


@asynccontextmanager
async def _bus(folder: Path) -> AsyncIterator[tuple[NatsServer, str]]:
    """A NATS server, a process that answers on it, and a signed principal that it accepts."""
    key = generate_key("bench")
    port, monitor_port = free_ports(2)
    server = await start_nats(folder / "nats", port, monitor_port, [NatsUser(OPS, PASSWORD, None)])
    try:
        with answering(server.url, PASSWORD, principal_keys=public_set(key), traces=str(folder / "answering.ndjson")):
            yield server, PrincipalSigner(json.dumps(key.as_dict(private=True))).sign(_contact())
    finally:
        await server.stop()


def _contact() -> Principal:
    ids = {name: new_id() for name in ("agency", "sub", "account", "sid")}
    return Principal(kind=Kind.CONTACT, exp=int(time.time()) + 3600, **ids)
