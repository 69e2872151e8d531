"""The command line's connection to the bus: as `ops`, who may say everything, or as an agency's system."""

import contextlib
from collections.abc import AsyncIterator

import nats
from nats.aio.client import Client
from nats.errors import Error

from ops.problem import Problem


@contextlib.asynccontextmanager
async def connected(url: str, user: str, password: str) -> AsyncIterator[Client]:
    """A connection for the block; raises Problem where the server is not there or refuses the login."""
    complaints: list[Exception] = []

    async def complain(error: Exception) -> None:
        complaints.append(error)

    try:
        client = await nats.connect(
            url,
            user=user,
            password=password,
            name=user,
            inbox_prefix=f"_INBOX_{user}".encode(),
            allow_reconnect=True,
            max_reconnect_attempts=3,
            reconnect_time_wait=0.3,
            connect_timeout=5,
            error_cb=complain,
            pending_size=16 << 20,
        )
    except (OSError, Error, TimeoutError) as error:
        reason = complaints[-1] if complaints else error
        raise Problem(f"The bus at {url} cannot be reached as {user}: {reason or type(reason).__name__}.") from None
    try:
        yield client
    finally:
        with contextlib.suppress(Error, OSError, TimeoutError):
            await client.close()
