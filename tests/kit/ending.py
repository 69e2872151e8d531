"""Policy with the made-up tables, whose handlers end the process: `ending.py SETTINGS` (JSON).

It starts again each time, and says "ended"; each process is a fork of one that has loaded everything.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence

import uvloop

from contracts.identity.contacts import AccountsChanged
from kit import answering
from kit.bus import FeedEvent, Service, consumers, feed
from kit.database import Transaction
from kit.settings import ServiceSettings
from tests.kit.messages import keep
from tests.stack import running

KILLER = "killer"
service = Service("policy")


@service.syncs
async def apply(events: Sequence[FeedEvent], transaction: Transaction) -> None:
    """Keeps what it hears; one of them takes everything down."""
    if any(event.ams_id == KILLER for event in events):
        os._exit(9)
    for event in events:
        await keep(event.ams_id, transaction)


@service.hears(AccountsChanged)
async def hear(event: AccountsChanged, _: Transaction) -> None:
    """Takes everything down."""
    if event.accounts[0].name == KILLER:
        os._exit(9)


async def main(settings: str) -> None:
    """Runs until a message ends it, or somebody does."""

    async def unchecked(*_: object) -> None: ...

    answering.check_consumers = unchecked  # the test lets messages come back sooner than the contracts say
    feed.HEARTBEAT = consumers.HEARTBEAT = 0.2  # and none of them while it is in hand, however slow the machine is
    async with running(service, ServiceSettings(**json.loads(settings))):
        await asyncio.sleep(120)


def start_again_and_again(settings: str) -> None:
    """Returns when a process has ended otherwise than by a handler; SIGTERM ends everything."""
    ended = 9
    while ended == 9:
        process = os.fork()
        if not process:
            uvloop.run(main(settings))
            os._exit(0)
        signal.signal(signal.SIGTERM, lambda *_, process=process: os.kill(process, signal.SIGKILL))  # type: ignore[misc]
        ended = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        print("ended" if ended == 9 else f"exit status {ended}", flush=True)  # noqa: T201 - the test counts it


if __name__ == "__main__":
    start_again_and_again(sys.argv[1])
