"""What tests stand on: one NATS server, one PostgreSQL server, databases cloned from templates, processes in-process."""

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

import asyncpg
import nats
from joserfc.jwk import OKPKey
from nats.aio.client import Client

from contracts.kinds import PROCESSES
from contracts.principal import Kind, Principal
from contracts.streams import STREAMS, consumers
from kit import serve
from kit.bus import Asker, Service
from kit.bus.call import Bus
from kit.bus.connection import Connection, create_connection
from kit.database import Database
from kit.ids import new_id
from kit.migrating.database import ROLES, database_name, ensure_database, upgrade
from kit.migrating.streams import apply_streams, consumer_config
from kit.principal import PrincipalSigner, generate_key, public_set
from kit.process import OpenParts, Process, no_parts
from kit.settings import ServiceSettings
from ops.stack.nats import NatsServer, NatsUser, start_nats, user_of_ams, users_of_processes
from ops.stack.ports import free_ports
from ops.stack.postgres import PostgresServer

NATS_PASSWORDS = {name: f"{name}-of-the-bus" for name in (*PROCESSES, "ops")}
SIGNING_KEY = generate_key("tests")
AMS_PASSWORD = "of-the-agency-system"
_numbers = itertools.count(1)


def bus_users(*agencies: str) -> list[NatsUser]:
    """The users of the bus: our processes, `ops`, and the systems of the named agencies."""
    return [*users_of_processes(NATS_PASSWORDS), *(user_of_ams(slug, AMS_PASSWORD) for slug in agencies)]


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
        self.server = await start_nats(self._folder, *self._ports, self._users)

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
    await apply_streams(client)
    manager = client.jsm()
    for stream in STREAMS:
        await manager.purge_stream(stream.name)


async def unsettled(client: Client, stream: str, durable: str) -> int:
    """How many messages a consumer has not acknowledged yet."""
    info = await client.jsm().consumer_info(stream, durable)
    return (info.num_pending or 0) + (info.num_ack_pending or 0)


async def change_consumer(client: Client, durable: str, **changes: Any) -> None:
    """Changes a consumer on the server away from what the contracts say; empty_streams() mends it."""
    (wanted,) = [consumer for consumer in consumers() if consumer.durable == durable]
    config = consumer_config(wanted)
    await client.jsm().add_consumer(wanted.stream, config=config.evolve(**changes))


@dataclass(frozen=True)
class Logins:
    """A service's logins on one database."""

    server: PostgresServer
    service: str
    database: str

    def url(self, role: str) -> str:
        """The address for owner, app, reader or relay."""
        return self.server.dsn(self.database, f"{self.service}_{role}", _password(role))

    async def fetch(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        """Rows as the superuser sees them, whom row-level security does not bind."""
        connection = await asyncpg.connect(self.server.dsn(self.database))
        try:
            return await connection.fetch(query, *arguments)
        finally:
            await connection.close()

    async def value(self, query: str, *arguments: object) -> Any:
        """The first value of fetch()."""
        return (await self.fetch(query, *arguments))[0][0]

    def open(self, pool: int = 4) -> Database:
        """The database as the service opens it; close it."""
        return Database(self.url("app"), self.url("reader"), pool)


def _password(role: str) -> str:
    return f"{role}-of-the-service"


class Templates:
    """Databases of real services, migrated once and cloned for each module that asks."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._ready: set[str] = set()
        self._migrated: set[str] = set()

    async def clone(self, service: str) -> Logins:
        """A fresh database with the service's newest schema."""
        template = await self._logins(service)
        if service not in self._migrated:
            await upgrade(template.url("owner"), service)
            self._migrated.add(service)
        return await self._create(service, f"TEMPLATE {template.database}")

    async def empty(self, service: str) -> Logins:
        """A fresh database without any table, owned by the service."""
        await self._logins(service)
        return await self._create(service, "TEMPLATE template0")

    async def _logins(self, service: str) -> Logins:
        if service not in self._ready:
            await ensure_database(self._server.dsn(), service, {role: _password(role) for role in ROLES})
            self._ready.add(service)
        return Logins(self._server, service, database_name(service))

    async def _create(self, service: str, how: str) -> Logins:
        name = f"{service}_{next(_numbers)}"
        connection = await asyncpg.connect(self._server.dsn())
        try:
            await connection.execute(f"CREATE DATABASE {name} {how} OWNER {service}_owner")
        finally:
            await connection.close()
        return Logins(self._server, service, name)


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
        stack.push_async_callback(serve._close, connection, client)
        asker = Asker(client)
        await serve._start_service(stack, service.name, process, settings, connection, client, asker)
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
        await serve._close(connection, client)
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
    look: Callable[[], Awaitable[Any] | Any], wanted: object = True, within: float = 10.0, every: float = 0.02
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


