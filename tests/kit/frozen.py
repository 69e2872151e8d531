"""A process of its own for tests: `frozen.py WHAT NATS_URL`; it says "ready" and then runs for a minute."""

import asyncio
import sys
import time

import uvloop
from faststream.nats import JStream, NatsBroker, PullSub
from faststream.nats.security import NatsUserPassword

from contracts.notify import MailDocument
from kit.bus.connection import create_connection
from kit.settings import ProcessSettings
from kit.watchdog import Watchdog

LIMIT = 0.5
LIFE = 60  # seconds
# of those that must live: on a busy machine one thread stands still while the watchdog's own goes on
PATIENT = {"portico": 5.0, "paused": 2.0, "closed": 60.0, "blocked-unwatched": 60.0}


def broker_of(what: str, url: str) -> NatsBroker:
    """A broker as the kit makes it, or one that gives up after two attempts to connect again."""
    password = "notify-of-the-bus"
    if what != "two-attempts":
        settings = ProcessSettings(nats_url=url, nats_user="notify", nats_password=password, principal_keys="")
        return create_connection(settings).broker
    return NatsBroker(
        url,
        security=NatsUserPassword(username="notify", password=password, use_ssl=False),
        inbox_prefix="_INBOX_notify",
        max_reconnect_attempts=2,
        reconnect_time_wait=0.1,
        logger=None,
    )


async def main(what: str, url: str) -> None:
    """Runs until something ends it."""
    if not what.startswith("blocked"):
        broker = broker_of(what, url)
        client = await broker.connect()
    if what in ("portico", "paused", "two-attempts", "closed-while-fetching"):

        async def consume(message: object) -> None: ...

        broker.subscriber(
            MailDocument.subject,
            durable="notify-job-notify-mail_document",
            stream=JStream("JOBS", declare=False),
            pull_sub=PullSub(batch_size=1, timeout=1),
            inbox_prefix=b"_INBOX_notify.",
        )(consume)
        await broker.start()
    watching = Watchdog(PATIENT.get(what, LIMIT)).start()
    print("ready", flush=True)  # noqa: T201 - the test waits for it
    if what.startswith("closed"):
        await client.close()
    if what.startswith("blocked"):
        await asyncio.sleep(0.2)
        time.sleep(3 if what in PATIENT else LIFE)  # what a handler must never do
    else:
        await asyncio.sleep(LIFE)
    watching.cancel()


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))
