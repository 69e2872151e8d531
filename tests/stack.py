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
from typing import Any, TypeVar
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
S = TypeVar("S", bound=ServiceSettings)
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
    streams, found = await _configurations(client)
    if found != _as_they_should_be.get(server):
        await apply_streams(client)
        streams, _as_they_should_be[server] = await _configurations(client)
    for stream in streams:
        if stream["state"]["messages"]:
            await client.jsm().purge_stream(stream["config"]["name"])


async def _configurations(client: Client) -> tuple[list[dict[str, Any]], list[str]]:
    """The streams, and the configurations of streams and consumers, as the server writes them.

    nats-py's objects would take many times as long, before each test.
    """
    questions = ["STREAM.LIST", *(f"CONSUMER.LIST.{stream.name}" for stream in STREAMS)]
    answers = await asyncio.gather(*(client.request(f"$JS.API.{one}", timeout=30) for one in questions))
    streams, *consumers = (json.loads(answer.data) for answer in answers)
    infos = [*streams["streams"], *(info for one in consumers for info in one.get("consumers") or ())]
    return streams["streams"] or [], sorted(json.dumps(info["config"]) for info in infos)


async def change_stream(client: Client, name: str, **changes: Any) -> None:
    """Changes a stream on the server away from what the contracts say; empty_streams() mends it."""
    (wanted,) = [stream for stream in STREAMS if stream.name == name]
    await client.jsm().update_stream(stream_config(wanted).evolve(**changes))


async def change_consumer(client: Client, durable: str, **changes: Any) -> None:
    """Changes a consumer on the server away from what the contracts say; empty_streams() mends it."""
    (wanted,) = [consumer for consumer in consumers() if consumer.durable == durable]
    config = consumer_config(wanted)
    await client.jsm().add_consumer(wanted.stream, config=config.evolve(**changes))


def _maker(kind: type[S], **own: Any) -> Callable[..., S]:
    """A maker of a service's settings; they are made once where a test changes nothing, since reading them is slow."""
    usual: dict[tuple[str, str], S] = {}

    def settings(server: NatsServer, logins: Logins, **changes: Any) -> S:
        place = server.url, logins.url("app")
        if not changes and place in usual:
            return usual[place]
        common = {
            "nats_url": server.url,
            "nats_user": logins.service,
            "nats_password": NATS_PASSWORDS[logins.service],
            "principal_keys": public_set(SIGNING_KEY),
            "database_url": logins.url("app"),
            "reader_url": logins.url("reader"),
            "relay_url": logins.url("relay"),
            "pool": 4,
        }
        made = kind(**{**common, **own, **changes})
        if not changes:
            usual[place] = made
        return made

    return settings


# the settings of a service on these servers: settings_for(server, logins, **changes)
settings_for = _maker(ServiceSettings)
identity_settings = _maker(
    IdentitySettings,
    signing_key=json.dumps(SIGNING_KEY.as_dict(private=True)),
    code_key="6b" * 32,
    sealing_key="73" * 32,
    login_key=LOGIN_KEY,
)
# a demo agency's webhooks may go to this machine
policy_settings = _maker(PolicySettings, sealing_key="74" * 32, webhooks_to_loopback=True)
# with a mail server that nobody reaches
notify_settings = _maker(
    NotifySettings,
    public_url="http://localhost:8080",
    smtp_url="smtp://127.0.0.1:1",
    mail_from="portal@example.com",
)
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
