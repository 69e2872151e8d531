"""The answering side of a measurement: `python -m ops.bench.responder`, one process that answers bare and typed."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, cast

import nats
import uvloop
from nats.aio.msg import Msg

from contracts.ams import PolicyStatus
from contracts.policy.money import Money
from contracts.policy.policies import GetHomePolicies, HomePolicies, HomePolicy
from kit import telemetry
from kit.bus import Asker, Call, Service
from kit.bus.call import Bus
from kit.bus.connection import flush
from kit.bus.requests import RequestServer
from kit.ids import new_id
from kit.principal import PrincipalVerifier
from ops.bench.asking import BARE
from ops.stack.environment import ROOT, plain
from ops.stack.nats import OPS

ANSWER = HomePolicies(  # about a kilobyte
    active=[
        HomePolicy(
            id=new_id(),
            number=f"QFA 59860{number}",
            line="AUTOP",
            carrier="Quillfeather Mutual Insurance Company",
            effective=date(2026, 8, 20),
            expiration=date(2027, 2, 20),
            status=PolicyStatus.ACTIVE,
            standing="active",
            in_force=True,
            cancellation_on=None,
            premium=Money(amount=Decimal("1167.00")),
            description="Personal auto",
            vehicles=2,
            vehicle_names={"1": "2021 Toyota RAV4", "2": "2018 Honda Civic"},
        )
        for number in (30, 31)
    ],
    renewing=[],
    pending_cancellation=[],
    past=1,
    as_of=datetime.now(UTC),
)


@contextmanager
def answering(nats_url: str, password: str, *, principal_keys: str, traces: str = "") -> Iterator[None]:
    """Runs the answering process on this server; without keys it answers only bare requests."""
    environment = {
        **os.environ,
        **plain(),
        "PORTICO_NATS_URL": nats_url,
        "PORTICO_NATS_PASSWORD": password,
        "PORTICO_PRINCIPAL_KEYS": principal_keys,
        "PORTICO_TRACES": traces,
    }
    command = [sys.executable, "-m", "ops.bench.responder"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        yield
    finally:
        process.terminate()
        process.wait(10)


async def answer() -> None:
    """Answers until SIGTERM, with the settings that answering() passes."""
    telemetry.configure("bench", os.environ["PORTICO_TRACES"], 0.05)
    url, password = os.environ["PORTICO_NATS_URL"], os.environ["PORTICO_NATS_PASSWORD"]
    client = await nats.connect(url, user=OPS, password=password)
    body = ANSWER.model_dump_json().encode()

    async def bare(message: Msg) -> None:
        await client.publish(message.reply, body)

    await client.subscribe(BARE, queue="bench", cb=bare)
    service = Service("policy")

    @service.answers(GetHomePolicies)
    async def typed(_: GetHomePolicies, call: Call) -> HomePolicies:
        assert call.account
        return ANSWER

    bus = Bus(cast(Any, None), client, Asker(client), None)
    if keys := os.environ["PORTICO_PRINCIPAL_KEYS"]:
        await RequestServer(service, bus, PrincipalVerifier(keys), 256).start()
    await flush(client)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    telemetry.shutdown()


if __name__ == "__main__":
    uvloop.run(answer())
