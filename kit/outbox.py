"""The relay: publishes what transactions left in the outbox, at least once, in any number of processes."""

import asyncio
import contextlib
import json
import logging
import math
from datetime import timedelta
from operator import itemgetter
from typing import Any
from uuid import UUID

import asyncpg
from nats.aio.client import Client

from contracts.streams import STREAMS

from . import telemetry
from .bus import failures
from .database import REMEMBERED, Database
from .known_types import TypesKnown

log = logging.getLogger(__name__)

BATCH = 256
LEASE = timedelta(seconds=30)
POLL = 0.5  # seconds between looks for rows that a crashed process left
KEPT = timedelta(days=7)  # sent rows stay, so that a lost stream can be filled again

CLAIM = """
UPDATE outbox SET leased_until = now() + $2::interval
WHERE id IN (
    SELECT id FROM outbox
    WHERE sent_at IS NULL AND (leased_until IS NULL OR leased_until < now())
    ORDER BY made_at LIMIT $1 FOR UPDATE SKIP LOCKED
)
RETURNING id, subject, headers, body
"""


class Relay:
    """Publishes outbox rows of one service until it is stopped."""

    def __init__(self, relay_url: str, client: Client, database: Database) -> None:
        self._dsn = relay_url
        self._stream = client.jetstream(timeout=5)
        self._written = database.outbox_written
        self._stopping = False

    async def run(self) -> None:
        """Publishes until stop() is called; an outage of the bus or the database only delays it."""
        connection: asyncpg.Connection[Any] | None = None
        swept = -math.inf  # and not 0, which may be less than a minute ago
        while True:
            self._written.clear()
            last = self._stopping  # what was written before stop() still goes out
            try:
                if connection is None or connection.is_closed():
                    connection = await asyncpg.connect(
                        self._dsn, timeout=5, command_timeout=15, connection_class=TypesKnown
                    )
                while await self._publish_some(connection) == BATCH:
                    pass
                now = asyncio.get_running_loop().time()
                if now - swept > 60:
                    swept = now
                    await self._sweep(connection)
            except Exception as error:  # whatever it is: without a relay nobody would hear of anything
                log.warning(
                    "outbox relay: %s", type(error).__name__, exc_info=None if failures.is_outage(error) else error
                )
                if connection is not None:
                    connection.terminate()
                    connection = None
                await asyncio.sleep(POLL)
            if last:
                break
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._written.wait(), POLL)
        if connection is not None:
            with contextlib.suppress(Exception):  # a server that does not answer any more: it is cut off all the same
                await connection.close(timeout=2)

    def stop(self) -> None:
        """Lets run() end once the rows of now are published, or cannot be."""
        self._stopping = True
        self._written.set()

    async def _publish_some(self, connection: "asyncpg.Connection[Any]") -> int:
        """Claims a batch and returns how much of it was published."""
        rows = await connection.fetch(CLAIM, BATCH, LEASE)
        if not rows:
            return 0
        rows.sort(key=itemgetter("id"))  # they come in any order; as they were told is better, though never promised
        sent = await asyncio.gather(*(self._publish(row) for row in rows))
        done = [row["id"] for row, ok in zip(rows, sent, strict=True) if ok]
        failed = [row["id"] for row, ok in zip(rows, sent, strict=True) if not ok]
        await connection.execute("UPDATE outbox SET sent_at = now(), leased_until = NULL WHERE id = ANY($1)", done)
        if failed:
            await connection.execute("UPDATE outbox SET leased_until = NULL WHERE id = ANY($1)", failed)
            await asyncio.sleep(POLL)
        return len(done)

    async def _publish(self, row: asyncpg.Record) -> bool:
        subject: str = row["subject"]
        headers = {**json.loads(row["headers"]), "Nats-Msg-Id": str(UUID(str(row["id"])))}
        try:
            await self._stream.publish(subject, row["body"], stream=_stream_of(subject), headers=headers)
        except Exception as error:
            log.warning("not published: %s", type(error).__name__, extra={"subject": subject, "id": str(row["id"])})
            return False
        return True

    async def _sweep(self, connection: "asyncpg.Connection[Any]") -> None:
        await connection.execute(
            "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE sent_at < now() - $1::interval LIMIT 5000)",
            KEPT,
        )
        await connection.execute(f"DELETE FROM inbox WHERE heard_at < now() - {REMEMBERED}")
        await connection.execute(f"DELETE FROM attempts WHERE begun_at < now() - {REMEMBERED}")
        waiting = await connection.fetchrow(
            "SELECT count(*) AS n, coalesce(extract(epoch FROM now() - min(made_at)), 0) AS age"
            " FROM outbox WHERE sent_at IS NULL"
        )
        if waiting is not None:
            telemetry.OUTBOX_WAITING.set(waiting["n"])
            telemetry.OUTBOX_AGE.set(float(waiting["age"]))


def _stream_of(subject: str) -> str:
    first = subject.split(".", 1)[0]
    return next(stream.name for stream in STREAMS if stream.subjects[0].startswith(f"{first}."))
