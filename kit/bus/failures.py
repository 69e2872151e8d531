"""What happens to a message that could not be handled: tried again with growing delays, then put into quarantine."""

import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from uuid import UUID

import asyncpg
from nats.aio.msg import Msg

from contracts.kinds import Code, Unavailable
from kit import telemetry
from kit.database import Transaction
from kit.ids import new_id

from .bad_message import BadMessage

log = logging.getLogger(__name__)

TRIES = 6  # deliveries of a message whose handler fails, before quarantine
LONGEST = 60.0  # seconds between tries
REPLAY = "Portico-Replay"  # the header with the quarantine id of what is sent again
OUTAGES = (
    OSError,
    TimeoutError,
    Unavailable,  # another service is away
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a statement on a connection whose server has just died: no state to begin it in
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
    asyncpg.DiskFullError,
)
# a text with U+0000, which JSON can carry and no database keeps
NOT_STORABLE = (asyncpg.CharacterNotInRepertoireError, asyncpg.UntranslatableCharacterError)
# a missing file, and a value that the driver cannot put into a statement (which it calls an InterfaceError too)
NO_OUTAGES = (FileNotFoundError, FileExistsError, NotADirectoryError, IsADirectoryError, PermissionError, ValueError)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A JetStream message as the inbox and the quarantine know it."""

    raw: Msg = field(repr=False)
    consumer: str
    identity: str = ""  # what makes it the same message when it is sent again, where that is not the bus's header

    @property
    def tries(self) -> int:
        """How often it was delivered, this time included."""
        return self.raw.metadata.num_delivered or 1

    @property
    def stream_sequence(self) -> int:
        """Its place in the stream."""
        return self.raw.metadata.sequence.stream

    @property
    def stored_at(self) -> datetime:
        """When the stream took it: what came later was stored later, whatever clocks its publishers have."""
        return self.raw.metadata.timestamp

    @property
    def message_id(self) -> str:
        """What makes it the same message: its identity, the publisher's id (Nats-Msg-Id), or its place."""
        if self.identity:
            return self.identity
        headers = self.raw.headers or {}
        return headers.get("Nats-Msg-Id") or f"{self.raw.metadata.stream}:{self.stream_sequence}"

    @property
    def replay_of(self) -> UUID | None:
        """The quarantine id of the message that this one is, sent again; nothing for any other."""
        try:
            return UUID((self.raw.headers or {})[REPLAY])
        except (KeyError, ValueError):
            return None

    @property
    def digest(self) -> bytes:
        """SHA-256 of its body."""
        return sha256(self.raw.data).digest()


Refuse = Callable[[Transaction, Delivery, BadMessage], Awaitable[object]]


def is_outage(error: BaseException) -> bool:
    """Whether the database, the network or another service failed, so that the message itself is not to blame."""
    return isinstance(error, OUTAGES) and not isinstance(error, NO_OUTAGES)


def delay(tries: int) -> float:
    """Seconds until the next try: 0.5, 1, 2, … up to a minute."""
    return float(min(LONGEST, 0.5 * 2 ** min(tries - 1, 10)))


def verdict(delivery: Delivery, error: Exception) -> BadMessage | None:
    """Why a message goes into quarantine now, or nothing when it is to be tried again.

    An outage never sends a message there, however often it was delivered meanwhile.
    """
    if isinstance(error, BadMessage):
        return error
    if is_outage(error) or delivery.tries < TRIES:
        return None
    return BadMessage("handler_failed", f"It could not be handled in {delivery.tries} tries: {type(error).__name__}.")


async def quarantine(transaction: Transaction, delivery: Delivery, bad: BadMessage, agency: str = "") -> UUID | None:
    """Keeps the message with the reason; commit before acknowledging.

    Returns its quarantine id, or nothing where it is there already because an acknowledgement was lost.
    """
    quarantine_id = new_id()
    headers = {storable(name): storable(value) for name, value in (delivery.raw.headers or {}).items()}
    # no code rests in a table, not even as a hash that can be tried out
    body = b"" if delivery.raw.subject.startswith(f"{Code.kind}.") else delivery.raw.data
    kept = await transaction.driver.execute(
        "INSERT INTO quarantine (id, consumer, stream, stream_sequence, subject, agency, message_id, headers, body,"
        " body_sha256, code, pointer, problem, deliveries, replay_of)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
        " ON CONFLICT DO NOTHING",
        quarantine_id,
        delivery.consumer,
        delivery.raw.metadata.stream,
        delivery.stream_sequence,
        delivery.raw.subject,
        agency,
        storable(delivery.message_id),
        json.dumps(headers),
        body,
        sha256(body).digest(),
        bad.code,
        storable(bad.pointer),
        storable(bad.problem),
        delivery.tries,
        delivery.replay_of,
    )
    if kept == "INSERT 0 0":
        return None
    telemetry.QUARANTINED.labels(delivery.consumer, bad.code).inc()
    log.error(
        "quarantined",
        extra={
            "consumer": delivery.consumer,
            "subject": delivery.raw.subject,
            "code": bad.code,
            "pointer": bad.pointer,
            "problem": bad.problem,
            "quarantine": str(quarantine_id),
        },
    )
    return quarantine_id


def storable(text: str) -> str:
    """The text without what PostgreSQL and UTF-8 refuse (U+0000, half a surrogate pair): poison may contain it."""
    return text.replace("\0", "\ufffd").encode(errors="replace").decode()


async def note_heard(transaction: Transaction, deliveries: list[Delivery], refuse: Refuse = quarantine) -> set[int]:
    """Writes the messages into the inbox; returns the stream sequences of those heard for the first time.

    A message with a known id and another body is an alarm: it raises nothing, is counted, and `refuse` quarantines it.
    """
    if not deliveries:
        return set()
    consumer = deliveries[0].consumer
    ordered = sorted(deliveries, key=lambda delivery: delivery.message_id)  # as every other process locks them
    rows = await transaction.driver.fetch(
        "WITH heard AS (INSERT INTO inbox (consumer, message_id, body_sha256)"
        " SELECT $1, m.id, m.digest FROM unnest($2::text[], $3::bytea[]) AS m(id, digest)"
        " ON CONFLICT DO NOTHING RETURNING message_id)"
        " SELECT message_id FROM heard",
        consumer,
        [delivery.message_id for delivery in ordered],
        [delivery.digest for delivery in ordered],
    )
    new = {row["message_id"] for row in rows}
    fresh: set[int] = set()
    seen_before: list[Delivery] = []
    for delivery in deliveries:
        if delivery.message_id in new:
            new.discard(delivery.message_id)  # a second one in the same batch is a repeat
            fresh.add(delivery.stream_sequence)
        else:
            seen_before.append(delivery)
    if seen_before:
        await _compare(transaction, consumer, seen_before, refuse)
    return fresh


async def _compare(transaction: Transaction, consumer: str, repeats: list[Delivery], refuse: Refuse) -> None:
    known = {
        row["message_id"]: row["body_sha256"]
        for row in await transaction.driver.fetch(
            "SELECT message_id, body_sha256 FROM inbox WHERE consumer = $1 AND message_id = ANY($2)",
            consumer,
            [delivery.message_id for delivery in repeats],
        )
    }
    for delivery in repeats:
        same = known.get(delivery.message_id) == delivery.digest
        telemetry.MESSAGES.labels(consumer, "repeated" if same else "id_reused").inc()
        if not same:
            bad = BadMessage("id_reused", "A message with this id was accepted before with another body.", "/id")
            await refuse(transaction, delivery, bad)
