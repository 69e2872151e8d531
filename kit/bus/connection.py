"""The NATS connections of a process: each reconnects for ever, counts what the bus complains of, never half-dead."""

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import nats
from nats.aio.client import Client
from nats.aio.subscription import Subscription
from pydantic import SecretStr

from kit import telemetry
from kit.settings import ProcessSettings

if TYPE_CHECKING:
    from faststream.nats import NatsBroker

log = logging.getLogger(__name__)

CLOSED = 75  # exit status: the supervisor starts the process again


def inbox_prefix(user: str) -> str:
    """Replies to a user arrive below its own prefix, so that no other user can listen in."""
    return f"_INBOX_{user}"


async def flush(client: Client) -> None:
    """Returns once the server has worked off everything that was sent before.

    nats-py's own flush writes its PING past what still waits to be written. When the answer is there, that is written
    too, and a second PING comes after it.
    """
    await client.flush()
    await client.flush()


@dataclass
class Connection:
    """A process's connection, the broker of its jobs and events if it has any, and whether its coming end is wanted."""

    options: dict[str, Any]
    broker: "NatsBroker | None" = None
    stopping: bool = False

    async def open(self) -> Client:
        """Connects; with reconnecting without limit it tries for ever by itself."""
        client = await nats.connect(**self.options) if self.broker is None else await self.broker.connect()
        assert isinstance(client, Client)
        _read_every_subject(client)
        return client


def _read_every_subject(client: Client) -> None:
    """Lets a message through whose subject is no UTF-8: the bus asks that of no publisher, and nats-py of all.

    It would stop to read at such a message, be deaf until its pings are found unanswered, and get it again then.
    """
    build = client._build_message

    def tolerant(sid: int, subject: bytes, reply: bytes, data: bytes, headers: dict[str, str] | None) -> Any:
        known = subject if subject.isascii() else subject.decode(errors="replace").encode()
        return build(sid, known, reply, data, headers)

    client._build_message = tolerant  # type: ignore[method-assign]


def end_at_once() -> None:
    """Ends this process, which can be told nothing any more; its supervisor starts it again."""
    sys.stderr.flush()
    os._exit(CLOSED)


def create_connection(settings: ProcessSettings, *, with_broker: bool = True) -> Connection:
    """The connection of a process, not yet open.

    It reconnects without limit (with a limit FastStream's pull loop spins once it is used up and freezes the loop).
    """

    async def closed() -> None:
        if not connection.stopping:
            log.critical("the bus connection closed for good: exiting")
            end_at_once()

    async def failed(error: Exception) -> None:
        # a denied permission shows only here, the call itself just times out
        denied = "permissions violation" in str(error).lower()
        telemetry.BUS_ERRORS.labels("PermissionsViolation" if denied else type(error).__name__).inc()
        log.warning("bus: %s", error)

    async def reconnected() -> None:
        telemetry.RECONNECTS.inc()
        log.info("bus: connected again")

    connection = Connection(
        {
            "servers": settings.nats_url,
            "user": settings.nats_user,
            "password": settings.nats_password.get_secret_value(),
            "name": settings.nats_user,
            "inbox_prefix": inbox_prefix(settings.nats_user),
            "max_reconnect_attempts": -1,
            "reconnect_time_wait": 1,
            "connect_timeout": 5,
            "ping_interval": 10,
            "max_outstanding_pings": 3,
            "pending_size": 16 << 20,
            "error_cb": failed,
            "closed_cb": closed,
            "reconnected_cb": reconnected,
        }
    )
    if with_broker:
        connection.broker = _broker(**connection.options)
    return connection


def _broker(servers: str, user: str, password: str, **options: Any) -> "NatsBroker":
    """Leaves acknowledging to us: FastStream's default would terminate a message on its first error."""
    # only here: a process without jobs and events does without its seven megabytes
    from faststream import AckPolicy  # noqa: PLC0415
    from faststream.nats import NatsBroker  # noqa: PLC0415
    from faststream.nats.security import NatsUserPassword  # noqa: PLC0415

    return NatsBroker(
        servers,
        security=NatsUserPassword(username=user, password=password, use_ssl=False),
        ack_policy=AckPolicy.MANUAL,
        apply_types=False,
        logger=None,
        graceful_timeout=20,
        **options,
    )


async def unsubscribe(client: Client, subscriptions: Sequence[Subscription]) -> bool:
    """Ends subscriptions once all that the server has sent to them is received.

    Returns whether it could be told: from a bus that is away nothing comes any more.
    """
    try:
        for subscription in subscriptions:
            # not yet subscription.drain(): it forgets the subscription while the server may still send to it
            await client._send_unsubscribe(subscription._id)
        await flush(client)
        # side by side: each asks the server whether that was all
        await asyncio.gather(*(one.drain() for one in subscriptions))  # type: ignore[no-untyped-call]
    except Exception as error:
        log.warning("not unsubscribed: %s", type(error).__name__)
        return False
    return True


async def close(connection: Connection, client: Client) -> None:
    """Closes a connection on purpose, after what was sent has left."""
    # not broker.stop(): it drains the connection, and a drain waits for ever on a pull subscription, whose fetches
    # nats-py never marks as done
    connection.stopping = True
    with contextlib.suppress(Exception):  # of a server that is gone: it is closed all the same
        await client.flush(5)
    await client.close()


@contextlib.asynccontextmanager
async def connected_as(settings: ProcessSettings, user: str, password: SecretStr) -> AsyncIterator[Client]:
    """A further connection of the process, under another user of the bus, for as long as the block runs."""
    as_user = settings.model_copy(update={"nats_user": user, "nats_password": password})
    connection = create_connection(as_user, with_broker=False)
    client = await connection.open()
    try:
        yield client
    finally:
        await close(connection, client)
