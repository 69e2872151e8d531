"""What tests stand on: the bus, services that run in this process, signed principals, and a look that waits."""

import asyncio
import contextlib
import itertools
import json
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import nats
from joserfc.jwk import OKPKey
from nats.aio.client import Client

from contracts.principal import Kind, Principal, Scope
from contracts.streams import STREAMS, consumers, system_permissions
from kit import serve
from kit.answering import start_service
from kit.bus import Asker, Service
from kit.bus.call import Bus
from kit.bus.connection import Connection, close, create_connection
from kit.ids import new_id
from kit.migrating.streams import apply_streams, consumer_config, stream_config
from kit.principal import PrincipalSigner, generate_key, public_set
from kit.process import OpenParts, Process, no_parts
from kit.settings import ServiceSettings
from ops.stack.nats import USERS, NatsServer, NatsUser, callout_of, start_nats, users_of_processes
from ops.stack.ports import free_ports
from services.identity.settings import IdentitySettings
from services.notify.settings import NotifySettings
from services.policy.settings import PolicySettings

from .consumers import settled, unsettled  # noqa: F401 - tests know them as the stack's
from .logins import Logins

NATS_PASSWORDS = {name: f"{name}-of-the-bus" for name in USERS}
SIGNING_KEY = generate_key("tests")
LOGIN_KEY = "6c" * 32
CALLOUT = callout_of(bytes.fromhex(LOGIN_KEY))
AMS_PASSWORD = "of-the-agency-system"
_numbers = itertools.count(1)
_as_they_should_be: dict[str, list[str]] = {}  # by server; asking is quicker than applying before each test


def bus_users(*agencies: str) -> list[NatsUser]:
    """The users of the bus: our processes, `ops`, and the systems of the named agencies, whom nobody has to admit."""
    systems = [
        NatsUser(f"ams_{slug}", AMS_PASSWORD, system_permissions(f"ams_{slug}", slug, (Scope.AMS_PUBLISH,)))
        for slug in agencies
    ]
    return [*users_of_processes(NATS_PASSWORDS), *systems]


async def connect(server: NatsServer, user: str = "ops", **options: Any) -> Client:
    """A plain connection with a user's own password and inbox; an agency's system is called `ams_<slug>`."""
    options.setdefault("error_cb", silent)
    return await nats.connect(
        server.url,
        user=user,
        password=NATS_PASSWORDS.get(user, AMS_PASSWORD),
        inbox_prefix=f"_INBOX_{user}".encode(),
        **options,
    )


class OwnBus:
    """A NATS server that a test may kill and start again on the same port and data."""

    def __init__(self, folder: Path, *agencies: str) -> None:
        self._folder = folder
        self._users = bus_users(*agencies)
        self._ports = free_ports(2)
        self.server: NatsServer

    async def start(self) -> None:
        """Starts it, for the first time or again."""
        self.server = await start_nats(self._folder, *self._ports, self._users, CALLOUT)

    async def kill(self, *, pause: float = 0.0) -> None:
        """Ends it as a crash would, `pause` seconds after it stopped to work."""
        self.server.child.send(signal.SIGSTOP)
        await asyncio.sleep(pause)
        await self.server.kill()


@contextlib.asynccontextmanager
async def own_bus(folder: Path, *agencies: str) -> AsyncIterator[OwnBus]:
    """A bus of a test's own, with the streams of the contracts."""
    bus = OwnBus(folder / f"nats-{next(_numbers)}", *agencies)
    await bus.start()
    try:
        client = await connect(bus.server)
        await empty_streams(client)
        await client.close()
        yield bus
    finally:
        await bus.server.kill()


async def unchecked(client: Client, process: str) -> None:
    """Instead of check_consumers, for a consumer that a test has changed."""


async def silent(_: Exception) -> None:
    """For a connection whose complaints are not what is tested."""


async def empty_streams(client: Client) -> None:
    """Streams and consumers as the contracts say, and nothing in them."""
    server: str = client._server_info["server_id"]  # not its port, which another one may have had before
    if server not in _as_they_should_be or await _configurations(client) != _as_they_should_be[server]:
        await apply_streams(client)
        _as_they_should_be[server] = await _configurations(client)
    for info in await client.jsm().streams_info():
        if info.state.messages:
            await client.jsm().purge_stream(info.config.name)


async def _configurations(client: Client) -> list[str]:
    manager = client.jsm()
    names = [stream.name for stream in STREAMS]
    of_consumers = await asyncio.gather(*(manager.consumers_info(name) for name in names))
    streams = [info.config for info in await manager.streams_info()]
    return sorted(repr(one) for one in [*streams, *(info.config for infos in of_consumers for info in infos)])


async def change_stream(client: Client, name: str, **changes: Any) -> None:
    """Changes a stream on the server away from what the contracts say; empty_streams() mends it."""
    (wanted,) = [stream for stream in STREAMS if stream.name == name]
    await client.jsm().update_stream(stream_config(wanted).evolve(**changes))


async def change_consumer(client: Client, durable: str, **changes: Any) -> None:
    """Changes a consumer on the server away from what the contracts say; empty_streams() mends it."""
    (wanted,) = [consumer for consumer in consumers() if consumer.durable == durable]
    config = consumer_config(wanted)
    await client.jsm().add_consumer(wanted.stream, config=config.evolve(**changes))


def settings_for(server: NatsServer, logins: Logins, **changes: Any) -> ServiceSettings:
    """The settings of a service on these servers."""
    values: dict[str, Any] = {
        "nats_url": server.url,
        "nats_user": logins.service,
        "nats_password": NATS_PASSWORDS[logins.service],
        "principal_keys": public_set(SIGNING_KEY),
        "database_url": logins.url("app"),
        "reader_url": logins.url("reader"),
        "relay_url": logins.url("relay"),
        "pool": 4,
    }
    return ServiceSettings(**{**values, **changes})


def identity_settings(server: NatsServer, logins: Logins, **changes: Any) -> IdentitySettings:
    """The settings of identity, with keys of its own."""
    own = {
        "signing_key": json.dumps(SIGNING_KEY.as_dict(private=True)),
        "code_key": "6b" * 32,
        "sealing_key": "73" * 32,
        "login_key": LOGIN_KEY,
    }
    common = settings_for(server, logins).model_dump()
    return IdentitySettings(**{**common, **own, **changes})


def policy_settings(server: NatsServer, logins: Logins, **changes: Any) -> PolicySettings:
    """The settings of policy, with a key of its own; a demo agency's webhooks may go to this machine."""
    own = {"sealing_key": "74" * 32, "webhooks_to_loopback": True}
    common = settings_for(server, logins).model_dump()
    return PolicySettings(**{**common, **own, **changes})


def notify_settings(server: NatsServer, logins: Logins, **changes: Any) -> NotifySettings:
    """The settings of notify, with a mail server that nobody reaches."""
    own = {"public_url": "http://localhost:8080", "smtp_url": "smtp://127.0.0.1:1", "mail_from": "portal@example.com"}
    common = settings_for(server, logins).model_dump()
    return NotifySettings(**{**common, **own, **changes})


# a service's own settings, where it needs more than every service does
SETTINGS: dict[str, Callable[..., ServiceSettings]] = {
    "identity": identity_settings,
    "notify": notify_settings,
    "policy": policy_settings,
}


@dataclass
class Running:
    """A service that runs in this process."""

    connection: Connection
    client: Client
    asker: Asker
    stack: contextlib.AsyncExitStack

    async def stop(self) -> None:
        """Stops it as SIGTERM would; may be called before its block ends."""
        await self.stack.aclose()


@contextlib.asynccontextmanager
async def running(
    service: Service,
    settings: ServiceSettings,
    open_parts: OpenParts = no_parts,
    settings_type: type[ServiceSettings] = ServiceSettings,
) -> AsyncIterator[Running]:
    """Runs a service as `python -m kit.serve` does, with its own limited user of the bus; stops it in that order."""
    process = Process(settings=settings_type, service=service, open_parts=open_parts)
    connection = create_connection(settings)
    client = await serve._connect(connection, asyncio.Event())
    assert client is not None
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(close, connection, client)
        asker = Asker(client)
        await start_service(stack, process, settings, connection, asker)
        yield Running(connection, client, asker, stack)


@contextlib.asynccontextmanager
async def on_the_bus(settings: ServiceSettings, logins: Logins) -> AsyncIterator[tuple[Connection, Bus]]:
    """A service's connection and database without anything that runs on them; the parts are started by the test."""
    connection = create_connection(settings)
    client = await serve._connect(connection, asyncio.Event())
    assert client is not None
    database = logins.open()
    try:
        yield connection, Bus(database, client, Asker(client), None)
    finally:
        await close(connection, client)
        await database.close()


def principal(agency: UUID, account: UUID | None = None, **changes: Any) -> Principal:
    """A contact who is signed in for a minute."""
    contact = Principal(
        agency=agency, kind=Kind.CONTACT, sub=new_id(), account=account, sid=new_id(), exp=int(time.time()) + 60
    )
    return contact.model_copy(update=changes)


def signer(key: OKPKey) -> PrincipalSigner:
    """Who signs principals with this key."""
    return PrincipalSigner(json.dumps(key.as_dict(private=True)))


def signed(agency: UUID, account: UUID | None = None, **changes: Any) -> str:
    """The same, signed with the key that the services of these tests know."""
    return signer(SIGNING_KEY).sign(principal(agency, account, **changes))


async def eventually(
    look: Callable[[], Awaitable[Any] | Any], wanted: object = True, within: float = 25.0, every: float = 0.02
) -> Any:
    """Looks until it sees what is wanted (`True`: anything true); fails with what it saw last."""
    end = time.monotonic() + within
    while True:
        seen = look()
        if isinstance(seen, Awaitable):
            seen = await seen
        if (wanted is True and seen) or (wanted is not True and seen == wanted):
            return seen
        assert time.monotonic() < end, f"saw {seen!r} and not {wanted!r} within {within} s"
        await asyncio.sleep(every)


def cloud_event(kind: str, ams_id: str, sequence: int | None, data: Mapping[str, Any] | None, **changes: Any) -> bytes:
    """An event of an agency's system as it travels; without data a deletion."""
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": str(new_id()),
        "source": "/ams",
        "type": f"ams.{kind}.{'deleted' if data is None else 'upserted'}.v1",
        "subject": ams_id,
        "sequence": None if sequence is None else str(sequence),
        "data": data,
    }
    return json.dumps({**event, **changes}).encode()
