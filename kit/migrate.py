"""Prepares the servers for the processes: `python -m kit.migrate SERVICE|streams|all|keep-streams`."""

import asyncio
import logging
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import nats
import uvloop
from nats.aio.client import Client
from nats.errors import Error as BusError
from nats.js.errors import APIError
from pydantic import SecretStr, create_model
from pydantic_settings import BaseSettings, SettingsConfigDict

from contracts.kinds import PROCESSES, Unavailable

from . import logs
from .admin import WebServer, admin_app
from .migrating.agencies import apply_ams_consumers
from .migrating.streams import apply_streams
from .settings import PREFIX, SettingsError, load

log = logging.getLogger(__name__)

SERVICES = tuple(process for process in PROCESSES if process != "gateway")
ROLES = ("owner", "app", "reader", "relay")
TARGETS = (*SERVICES, "streams", "all", "keep-streams")
WRONG_CALL = 2  # exit status: starting again would not help
PATIENCE = 60.0  # seconds that a server which is not there yet is waited for

T = TypeVar("T")


class _Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)


class StreamSettings(_Settings):
    """The bus under a login that may make streams."""

    nats_url: str
    nats_user: str
    nats_password: SecretStr
    admin_listen: str = "127.0.0.1:0"


class ServerGone(Exception):
    """A server that a step needs did not answer in time, or refused the step; the text says which and why."""


def database_settings(services: Sequence[str]) -> type[BaseSettings]:
    """Settings with the administrator's address and the passwords of the four logins of each service."""
    passwords: dict[str, Any] = {
        f"{service}_{role}_password": (SecretStr, ...) for service in services for role in ROLES
    }
    return create_model("DatabaseSettings", __base__=_Settings, admin_database_url=(SecretStr, ...), **passwords)


async def migrate_databases(services: Sequence[str]) -> None:
    """Makes each service's database and logins where they are missing, and runs its new steps."""
    from .migrating.database import ensure_database  # noqa: PLC0415 - the gateway's image has no database driver

    settings: Any = load(database_settings(services))
    admin: str = settings.admin_database_url.get_secret_value()
    for service in services:
        passwords = {role: getattr(settings, f"{service}_{role}_password").get_secret_value() for role in ROLES}
        await _patiently("The database server", lambda: ensure_database(admin, service, passwords))  # noqa: B023
        done = await _upgrade(admin, service, passwords["owner"])
        _say(f"{service}: {'new steps run' if done else 'nothing to do'}")


async def _upgrade(admin: str, service: str, password: str) -> bool:
    from sqlalchemy import make_url  # noqa: PLC0415

    from .migrating.database import TooNew, database_name, upgrade  # noqa: PLC0415

    owner = make_url(admin).set(
        drivername="postgresql",
        username=f"{service}_owner",
        password=password,
        database=database_name(service),
        query={},
    )
    try:
        return await upgrade(owner.render_as_string(hide_password=False), service)
    except TooNew as error:
        raise ServerGone(str(error)) from None


async def migrate_streams() -> None:
    """Makes every stream and consumer as the contracts say, once."""
    settings = load(StreamSettings)
    client = await _patiently("The bus", lambda: _connect(settings, allow_reconnect=False))
    try:
        await apply_streams(client)
    except APIError as error:
        raise ServerGone(f"The bus refused a stream: {error.description}.") from None
    finally:
        await client.close()
    _say("streams: as the contracts say")


async def keep_streams() -> None:
    """Does the same whenever the bus has come back, until SIGTERM; ready once it is done.

    A stream in memory, and its consumers, are gone when their server was started again; when its store was lost, so
    are the consumers of the agencies' systems, which are made once identity answers which agencies there are.
    """
    settings = load(StreamSettings)
    logs.configure("streams")
    stop, changed, applied = asyncio.Event(), asyncio.Event(), asyncio.Event()

    def end() -> None:
        stop.set()
        changed.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, end)

    async def back() -> None:
        applied.clear()
        changed.set()

    async def ready() -> None:
        if not applied.is_set():
            raise LookupError("streams")

    web = WebServer(admin_app(ready), settings.admin_listen)
    await web.start()
    client = await _patiently("The bus", lambda: _connect(settings, reconnected_cb=back, max_reconnect_attempts=-1))
    while not stop.is_set():
        changed.clear()
        try:
            await apply_streams(client)
            applied.set()
            log.info("streams are as the contracts say")
            await _keep_agencies(client, changed)
            await changed.wait()
        except (APIError, BusError, TimeoutError, OSError) as error:
            log.warning("streams: %s", type(error).__name__, extra={"problem": str(error)})
            await asyncio.sleep(1)
    await client.close()
    await web.stop()


async def _keep_agencies(client: Client, changed: asyncio.Event) -> None:
    """Makes the consumers of the agencies' systems as soon as identity answers; gives up when the bus has changed."""
    while not changed.is_set():
        try:
            await apply_ams_consumers(client)
        except Unavailable:
            await asyncio.sleep(1)
        else:
            log.info("agencies have their consumers")
            return


async def _connect(settings: StreamSettings, **options: Any) -> Client:
    refused: list[Exception] = []

    async def note(error: Exception) -> None:
        refused.append(error)

    user, password = settings.nats_user, settings.nats_password.get_secret_value()
    try:
        return await nats.connect(
            settings.nats_url,
            user=user,
            password=password,
            inbox_prefix=f"_INBOX_{user}".encode(),
            connect_timeout=5,
            reconnect_time_wait=1,
            error_cb=note,
            **options,
        )
    except (OSError, BusError, TimeoutError) as error:
        raise refused[-1] if refused else error from None


async def _patiently(what: str, work: Callable[[], Awaitable[T]]) -> T:
    """The work's result, tried again while its server is not there yet; raises ServerGone when it stays away."""
    late = asyncio.get_running_loop().time() + PATIENCE
    while True:
        try:
            return await work()
        except Exception as error:
            if not _is_passing(error) or asyncio.get_running_loop().time() > late:
                raise ServerGone(f"{what} cannot be prepared: {str(error) or type(error).__name__}.") from error
            await asyncio.sleep(1)


def _is_passing(error: Exception) -> bool:
    """Whether a server may only not be up yet: no connection, or one that says that it is still starting."""
    starting = type(error).__name__ in ("CannotConnectNowError", "NoServersError", "ConnectionDoesNotExistError")
    return starting or isinstance(error, OSError | TimeoutError)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def main() -> None:
    """The command: one argument, what to prepare; exit status 2 when it cannot be done with these settings."""
    target = sys.argv[1] if len(sys.argv) == 2 else ""
    if target not in TARGETS:
        _say(f"usage: python -m kit.migrate {'|'.join(TARGETS)}")
        sys.exit(WRONG_CALL)
    try:
        if target == "keep-streams":
            uvloop.run(keep_streams())
        if target in (*SERVICES, "all"):
            asyncio.run(migrate_databases(SERVICES if target == "all" else (target,)))
        if target in ("streams", "all"):
            asyncio.run(migrate_streams())
    except SettingsError as error:
        _say(f"migrate {target}: {error}")
        sys.exit(WRONG_CALL)
    except ServerGone as error:
        _say(f"migrate {target}: {error}")
        sys.exit(1)


if __name__ == "__main__":
    main()
