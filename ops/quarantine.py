"""What could not be handled: listed, shown, and sent again once its reason is mended."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from contracts.streams import STREAMS
from kit.bus import feed_events
from kit.bus.bad_message import BadMessage
from kit.bus.failures import REPLAY
from ops.problem import Problem
from ops.running import Running
from ops.stack.places import SERVICES

COLUMNS = "id, consumer, stream, stream_sequence, subject, agency, message_id, headers, body, code, pointer, problem"
COLUMNS += ", deliveries, caught_at, replayed_at, replayed_by, mended_body, outcome, replay_of"


class StillWrong(Problem):
    """The feed would refuse the event again, so it is not sent."""


@dataclass(frozen=True)
class Caught:
    """A message in a service's quarantine; `row` has the columns of its table."""

    service: str
    row: asyncpg.Record

    @property
    def id(self) -> UUID:
        """Its quarantine id."""
        return UUID(str(self.row["id"]))

    @property
    def text(self) -> str:
        """Its body as people read it."""
        body: bytes = self.row["body"]
        try:
            return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
        except ValueError:
            return body.decode(errors="backslashreplace")


async def list_caught(running: Running, agency: str = "", *, replayed: bool = False, limit: int = 200) -> list[Caught]:
    """The newest messages in quarantine, of all services; those that were sent again only if `replayed`."""
    found: list[Caught] = []
    for service in SERVICES:
        async with _connected(running, service) as connection:
            rows = await connection.fetch(
                f"SELECT {COLUMNS} FROM quarantine WHERE ($1 = '' OR agency = $1)"
                " AND ($2 OR replayed_at IS NULL) ORDER BY caught_at DESC LIMIT $3",
                agency,
                replayed,
                limit,
            )
        found.extend(Caught(service, row) for row in rows)
    return sorted(found, key=lambda caught: caught.row["caught_at"], reverse=True)[:limit]


async def find_caught(running: Running, text: str) -> Caught:
    """The message whose quarantine id is or begins or ends with `text`; raises Problem unless exactly one does."""
    found: list[Caught] = []
    for service in SERVICES:
        async with _connected(running, service) as connection:
            rows = await connection.fetch(
                f"SELECT {COLUMNS} FROM quarantine WHERE starts_with(id::text, $1) OR right(id::text, length($1)) = $1"
                " LIMIT 2",
                text.lower(),
            )
        found.extend(Caught(service, row) for row in rows)
    if len(found) != 1 or not text:
        raise Problem(f"{'No message' if not found else 'More than one message'} in quarantine has the id {text!r}.")
    return found[0]


async def replay(running: Running, caught: Caught, mended: bytes | None = None) -> str:
    """Sends a message again, mended if a body is given, and notes that; all who hear the subject get it.

    The body as it came stays. Returns the subject; raises StillWrong, or Problem for one of a stream that is no more.
    """
    headers = {name: value for name, value in json.loads(caught.row["headers"]).items() if not name.startswith("Nats-")}
    headers["Nats-Msg-Id"] = f"replay-{caught.id}"  # twice the same is a repeat
    headers[REPLAY] = str(caught.id)
    body: bytes = mended or caught.row["mended_body"] or caught.row["body"]
    subject: str = caught.row["subject"]
    if caught.row["stream"] == "AMS":
        try:
            subject = feed_events.subject_of(subject.split(".")[1], subject, body)
        except BadMessage as bad:
            where = f"{bad.code} {bad.pointer}".rstrip()
            raise StillWrong(f"It is still not right: {where}: {bad.problem}") from None
    stream = caught.row["stream"]
    if stream not in [known.name for known in STREAMS]:
        raise Problem(f"{caught.id} came from the stream {stream}, which is no more.")
    async with running.bus() as client:
        await client.jetstream(timeout=5).publish(subject, body, stream=stream, headers=headers)
    async with _connected(running, caught.service) as connection:
        await connection.execute(
            "UPDATE quarantine SET replayed_at = now(), replayed_by = 'command line',"
            " mended_body = coalesce($2, mended_body) WHERE id = $1",
            caught.id,
            mended,
        )
    return subject


@asynccontextmanager
async def _connected(running: Running, service: str) -> "AsyncIterator[asyncpg.Connection[Any]]":
    try:
        connection = await asyncpg.connect(running.login(service, "relay"), timeout=10)
    except (OSError, asyncpg.PostgresError) as error:
        raise Problem(f"The database of {service} cannot be reached: {error or type(error).__name__}.") from None
    try:
        yield connection
    finally:
        await connection.close()
