"""Policy with the made-up tables, whose handlers end the process: `ending.py SETTINGS` (JSON); says "ready"."""

import asyncio
import json
import os
import sys
from collections.abc import Sequence

import uvloop

from contracts.identity.contacts import AccountChanged
from kit import answering
from kit.bus import FeedEvent, Service
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


@service.hears(AccountChanged)
async def hear(event: AccountChanged, _: Transaction) -> None:
    """Takes everything down."""
    if event.name == KILLER:
        os._exit(9)


async def main(settings: str) -> None:
    """Runs until a message ends it, or somebody does."""

    async def unchecked(*_: object) -> None: ...

    answering.check_consumers = unchecked  # the test lets messages come back sooner than the contracts say
    async with running(service, ServiceSettings(**json.loads(settings))):
        print("ready", flush=True)  # noqa: T201 - the test waits for it
        await asyncio.sleep(60)


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1]))
