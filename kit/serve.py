"""Runs one process: `python -m kit.serve PROCESS`, until it is told to stop; then it drains and loses nothing."""

import asyncio
import contextlib
import logging
import signal
import sys
from importlib import import_module

import nats.errors
import uvloop
from nats.aio.client import Client

from . import logs, telemetry
from .admin import WebServer, admin_app
from .agencies import find_agency
from .bus import Asker
from .bus.call import Bus
from .bus.connection import Connection, create_connection
from .bus.consumers import subscribe
from .bus.feed import FeedReader
from .bus.requests import RequestServer
from .bus.unknown_kinds import UnknownKindsReader
from .database import Database
from .migrating.streams import Mismatch, check_consumers
from .outbox import Relay
from .principal import PrincipalVerifier
from .process import Process
from .settings import ServiceSettings, SettingsError, load
from .watchdog import Watchdog

log = logging.getLogger(__name__)

BAD_SETTINGS = 2  # exit status: starting again would not help


def find_process(name: str) -> Process:
    """The declaration of a process: `gateway/app.py` or `services/<name>/app.py`."""
    module = import_module("gateway.app" if name == "gateway" else f"services.{name}.app")
    process = module.PROCESS
    assert isinstance(process, Process)
    return process


async def serve(name: str) -> None:
    """Runs the process until SIGTERM or SIGINT."""
    process = find_process(name)
    settings = load(process.settings)
    logs.configure(name, settings.log_level)
    telemetry.configure(name, settings.traces, settings.trace_share)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    turning = Watchdog(settings.frozen_after).start()
    connection = create_connection(settings)
    client = await _connect(connection, stop)
    if client is None:
        return
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(_close, connection, client)
        asker = Asker(client)
        if process.service is not None:
            assert isinstance(settings, ServiceSettings)
            await _start_service(stack, name, process, settings, connection, client, asker)
        if process.web is not None:
            app = await stack.enter_async_context(process.web(settings, client, asker))
            await _start_web(stack, app, settings.listen)  # type: ignore[attr-defined]
        log.info("ready")
        await stop.wait()
        log.info("stopping")
    turning.cancel()
    telemetry.shutdown()


async def _start_service(
    stack: contextlib.AsyncExitStack,
    name: str,
    process: Process,
    settings: ServiceSettings,
    connection: Connection,
    client: Client,
    asker: Asker,
) -> None:
    service = process.service
    assert service is not None
    await check_consumers(client, name)
    database = Database(settings.database_url.get_secret_value(), settings.reader_url.get_secret_value(), settings.pool)
    stack.push_async_callback(database.close)
    parts = await stack.enter_async_context(process.open_parts(settings))
    bus = Bus(database, client, asker, parts)

    async def ready() -> None:
        if not client.is_connected:
            raise ConnectionError
        await database.ping()

    await _start_web(stack, admin_app(ready), settings.admin_listen)
    await _run(stack, Relay(settings.relay_url.get_secret_value(), client, database))
    requests = RequestServer(service, bus, PrincipalVerifier(settings.principal_keys), settings.request_limit)
    await requests.start()
    subscribe(connection.broker, service, bus, settings)
    await connection.broker.start()
    stack.push_async_callback(_stop_consumers, connection)
    if service.synced is not None:
        await _run(stack, FeedReader(name, client, database, service.synced, find_agency))
    if name == "policy":
        await _run(stack, UnknownKindsReader(client, database))
    # requests are drained first, while everything that answers them still stands
    stack.push_async_callback(requests.drain)


async def _run(stack: contextlib.AsyncExitStack, loop: Relay | FeedReader | UnknownKindsReader) -> None:
    task = asyncio.get_running_loop().create_task(loop.run())
    task.add_done_callback(_died)

    async def stop() -> None:
        loop.stop()
        with contextlib.suppress(TimeoutError, asyncio.CancelledError):
            await asyncio.wait_for(task, 15)

    stack.push_async_callback(stop)


def _died(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and (error := task.exception()):
        log.critical("a loop of this process ended: exiting", exc_info=error)
        signal.raise_signal(signal.SIGTERM)


async def _start_web(stack: contextlib.AsyncExitStack, app: object, listen: str) -> None:
    server = WebServer(app, listen)
    await server.start()
    stack.push_async_callback(server.stop)


async def _connect(connection: Connection, stop: asyncio.Event) -> Client | None:
    """Connects, waiting for a bus that is not there yet; nothing when told to stop meanwhile."""
    # with reconnecting without limit, connect() tries for ever by itself
    connecting = asyncio.ensure_future(connection.broker.connect())
    stopping = asyncio.ensure_future(stop.wait())
    done, _ = await asyncio.wait((connecting, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if connecting not in done:
        connecting.cancel()
        return None
    client = connecting.result()
    assert isinstance(client, Client)
    return client


async def _stop_consumers(connection: Connection) -> None:
    for subscriber in connection.broker.subscribers:
        try:
            await subscriber.stop()  # waits for what is in hand
        except Exception as error:
            log.info("a consumer stopped", extra={"note": type(error).__name__})


async def _close(connection: Connection, client: Client) -> None:
    # not broker.stop(): it drains the connection, and a drain waits for ever on a pull subscription, whose fetches
    # nats-py never marks as done
    connection.stopping = True
    with contextlib.suppress(nats.errors.Error, TimeoutError):
        await client.flush(5)
    await client.close()


def main() -> None:
    """The command: one argument, the process's name."""
    if len(sys.argv) != 2:
        sys.exit("usage: python -m kit.serve PROCESS")
    try:
        uvloop.run(serve(sys.argv[1]))
    except (SettingsError, Mismatch) as error:
        sys.stderr.write(f"{sys.argv[1]}: {error}\n")
        sys.exit(BAD_SETTINGS)


if __name__ == "__main__":
    main()
