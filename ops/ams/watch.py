"""Follows what an agency's system hears from the portal, by the system's own durable consumer."""

import asyncio
import contextlib
import json
from pathlib import Path

import nats.errors
from nats.js.errors import APIError, NotFoundError

from contracts.streams import ams_durable
from ops.ams.publish import login_of
from ops.bus import connected
from ops.problem import Problem

BATCH = 50
WAIT = 5.0  # seconds


async def watch(agency: str, data: Path) -> None:
    """Prints each event as a line of JSON and acknowledges it, until it is interrupted."""
    async with connected(*login_of(agency, data)) as client:
        stream = client.jetstream(timeout=5)
        name = ams_durable(agency)
        try:
            await stream.consumer_info("PORTAL", name)
        except NotFoundError:
            raise Problem(f"The bus has no consumer {name!r}: `./portico up` makes it when it starts.") from None
        subscription = await stream.pull_subscribe_bind(name, stream="PORTAL")
        while True:
            try:
                messages = await subscription.fetch(1, timeout=WAIT)
                with contextlib.suppress(nats.errors.TimeoutError, TimeoutError):
                    messages += await subscription.fetch(BATCH, timeout=0.05)
            except (nats.errors.TimeoutError, TimeoutError):
                continue
            except (nats.errors.Error, APIError, OSError):
                if client.is_closed:
                    raise Problem("The bus is gone.") from None
                await asyncio.sleep(1)
                continue
            for message in messages:
                print(json.dumps(json.loads(message.data), ensure_ascii=False), flush=True)
                with contextlib.suppress(nats.errors.Error):  # then it comes once more
                    await message.ack()
