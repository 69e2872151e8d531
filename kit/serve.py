"""Runs one process: `python -m kit.serve PROCESS`, until it is told to stop; then it drains and loses nothing."""

import asyncio
import contextlib
import logging
import signal
import sys
from importlib import import_module

import uvloop
from nats.aio.client import Client

from . import garbage, logs, telemetry
from .admin import admin_app, start_web
from .bus import Asker
from .bus.connection import Connection, close, create_connection
from .migrating.streams import Mismatch
from .process import Process
from .settings import SettingsError, load
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
    connection = create_connection(settings, with_broker=process.service is not None)
    client = await _connect(connection, stop)
    if client is None:
        return
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(close, connection, client)
        asker = Asker(client)
        if process.service is not None:
            from .answering import start_service  # noqa: PLC0415 - the gateway has no database and none of its drivers

            await start_service(stack, process, settings, connection, asker)
        if process.web is not None:

            async def ready() -> None:
                if not client.is_connected:
                    raise ConnectionError

            await start_web(stack, admin_app(ready), settings.admin_listen)
            app = await stack.enter_async_context(process.web(settings, client, asker))
            await start_web(stack, app, settings.listen)  # type: ignore[attr-defined]
        garbage.settle_in()
        log.info("ready")
        await stop.wait()
        log.info("stopping")
    turning.cancel()
    telemetry.shutdown()


async def _connect(connection: Connection, stop: asyncio.Event) -> Client | None:
    """Connects, waiting for a bus that is not there yet; nothing when told to stop meanwhile."""
    connecting = asyncio.ensure_future(connection.open())
    stopping = asyncio.ensure_future(stop.wait())
    done, _ = await asyncio.wait((connecting, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if connecting not in done:
        connecting.cancel()
        return None
    return connecting.result()


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
