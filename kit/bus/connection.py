"""The one NATS connection of a process: reconnects for ever, counts what the bus complains of, never half-dead."""

import logging
import os
import sys
from dataclasses import dataclass

from faststream import AckPolicy
from faststream.nats import NatsBroker
from faststream.nats.security import NatsUserPassword
from nats.aio.client import Client

from kit import telemetry
from kit.settings import ProcessSettings

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
    """A process's broker, and whether its coming end is wanted."""

    broker: NatsBroker
    stopping: bool = False


def create_connection(settings: ProcessSettings) -> Connection:
    """The connection of a process, not yet open.

    It reconnects without limit (with a limit FastStream's pull loop spins once it is used up and freezes the loop) and
    leaves acknowledging to us: the default would terminate a message on its first error.
    """

    async def closed() -> None:
        if not connection.stopping:
            log.critical("the bus connection closed for good: exiting")
            sys.stderr.flush()
            os._exit(CLOSED)

    async def failed(error: Exception) -> None:
        # a denied permission shows only here, the call itself just times out
        denied = "permissions violation" in str(error).lower()
        telemetry.BUS_ERRORS.labels("PermissionsViolation" if denied else type(error).__name__).inc()
        log.warning("bus: %s", error)

    async def reconnected() -> None:
        telemetry.RECONNECTS.inc()
        log.info("bus: connected again")

    broker = NatsBroker(
        settings.nats_url,
        name=settings.nats_user,
        inbox_prefix=inbox_prefix(settings.nats_user),
        max_reconnect_attempts=-1,
        reconnect_time_wait=1,
        connect_timeout=5,
        ping_interval=10,
        max_outstanding_pings=3,
        pending_size=16 << 20,
        error_cb=failed,
        closed_cb=closed,
        reconnected_cb=reconnected,
        security=NatsUserPassword(
            username=settings.nats_user, password=settings.nats_password.get_secret_value(), use_ssl=False
        ),
        ack_policy=AckPolicy.MANUAL,
        apply_types=False,
        logger=None,
        graceful_timeout=20,
    )
    connection = Connection(broker)
    return connection
