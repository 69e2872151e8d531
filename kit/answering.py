"""Starts the part of a process that has a database: relay, requests, jobs and events, and the feed."""

import asyncio
import contextlib
import logging
import signal

from faststream.nats import NatsBroker

from contracts.streams import UNKNOWN_KINDS, WEBHOOKS, consumers

from .admin import admin_app, start_web
from .agencies import find_agency
from .bus import Asker
from .bus.call import Bus
from .bus.connection import Connection
from .bus.consumers import subscribe
from .bus.feed import FeedReader
from .bus.portal_reader import PortalReader
from .bus.requests import RequestServer
from .bus.unknown_kinds import UnknownKindsReader
from .database import Database
from .migrating.streams import check_consumers
from .outbox import Relay
from .principal import PrincipalVerifier
from .process import Process
from .repeating import Repeater
from .settings import ProcessSettings, ServiceSettings

log = logging.getLogger(__name__)

Loop = Relay | FeedReader | PortalReader | UnknownKindsReader | Repeater


async def start_service(
    stack: contextlib.AsyncExitStack, process: Process, settings: ProcessSettings, connection: Connection, asker: Asker
) -> None:
    """Starts a process's service on an open connection; `stack` stops it, in the order that loses nothing.

    Raises Mismatch when the bus has not the consumers that it needs.
    """
    service, client, broker = process.service, asker.client, connection.broker
    assert service is not None
    assert broker is not None
    assert isinstance(settings, ServiceSettings)
    await check_consumers(client, service.name)
    database = Database(settings.database_url.get_secret_value(), settings.reader_url.get_secret_value(), settings.pool)
    stack.push_async_callback(database.close)
    parts = await stack.enter_async_context(process.open_parts(settings))
    bus = Bus(database, client, asker, parts)

    async def ready() -> None:
        if not client.is_connected:
            raise ConnectionError
        await database.ping()

    await start_web(stack, admin_app(ready), settings.admin_listen)
    await _run(stack, Relay(settings.relay_url.get_secret_value(), client, database))
    for work in service.repeated:  # what it leaves in the outbox is still published after its last turn
        await _run(stack, Repeater(work, bus))
    requests = RequestServer(service, bus, PrincipalVerifier(settings.principal_keys), settings.request_limit)
    await requests.start()
    subscribe(broker, service, bus, settings)
    await broker.start()
    stack.push_async_callback(_stop_consumers, broker)
    if service.synced is not None:
        reader = FeedReader(service.name, client, database, service.synced, find_agency, settings.feed_batch)
        await _run(stack, reader)
    if service.overheard is not None:
        await _run(stack, PortalReader(WEBHOOKS, client, database, service.overheard, find_agency))
    if any(c.durable == UNKNOWN_KINDS and c.process == service.name for c in consumers()):
        await _run(stack, UnknownKindsReader(client, database))
    if service.admitting is not None:
        from .bus.callout import LoginKeys  # noqa: PLC0415 - only one service has the library for its keys
        from .bus.logins import LoginServer  # noqa: PLC0415

        secret = bytes.fromhex(settings.login_key.get_secret_value())  # type: ignore[attr-defined]
        logins = LoginServer(service.admitting, bus, LoginKeys(secret))
        await logins.start()
        stack.push_async_callback(logins.drain)
    # requests are drained first, while everything that answers them still stands
    stack.push_async_callback(requests.drain)


async def _run(stack: contextlib.AsyncExitStack, loop: Loop) -> None:
    task = asyncio.get_running_loop().create_task(loop.run())
    task.add_done_callback(_died)

    async def stop() -> None:
        task.remove_done_callback(_died)
        loop.stop()
        with contextlib.suppress(TimeoutError, asyncio.CancelledError):
            await asyncio.wait_for(task, 15)

    stack.push_async_callback(stop)


def _died(task: "asyncio.Task[None]") -> None:
    """Nobody told it to end: an error, a library that cancels what waits in it, or a plain return."""
    error = None if task.cancelled() else task.exception()
    log.critical("a loop of this process ended: exiting", exc_info=error)
    end_process()


def end_process() -> None:
    """Stops this process as its supervisor would, which then starts it again."""
    signal.raise_signal(signal.SIGTERM)


async def _stop_consumers(broker: NatsBroker) -> None:
    for subscriber in broker.subscribers:
        try:
            await subscriber.stop()  # waits for what is in hand
        except Exception as error:
            log.info("a consumer stopped", extra={"note": type(error).__name__})
