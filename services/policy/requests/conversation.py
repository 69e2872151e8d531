"""The conversation in a request: each message once, and the status that goes with it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.kinds import NotFound
from contracts.policy.requests import (
    RequestMessage,
    RequestRecord,
    SentBefore,
    Status,
    TooManyRequests,
    WriteMessage,
)
from contracts.principal import Principal
from kit.database import Transaction
from kit.ids import new_id

from . import records, word

A_DAY = 60  # messages of one person within 24 hours
# what an insured's words make of a request: what the agency waited for, and what had seemed settled, is at work again
AFTER_REPLY: dict[Status, Status] = {"waiting-for-you": "in-progress", "done": "sent", "declined": "sent"}
KEEP = """
INSERT INTO request_messages (id, agency, account, request, submission, by, by_id, name, text, status, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, coalesce($11, clock_timestamp()))
ON CONFLICT (request, submission) DO NOTHING RETURNING at
"""
LOCKED = "SELECT account, status FROM requests WHERE agency = $1 AND id = $2 FOR UPDATE"


@dataclass(frozen=True)
class Author:
    """Who writes: `by` as in RequestMessage, our id where there is one, and the name that both sides read."""

    by: str
    id: UUID | None
    name: str


async def write(wanted: WriteMessage, name: str, who: Principal, account: UUID, tx: Transaction) -> RequestRecord:
    """An insured writes; the same submission again changes nothing. Raises NotFound, SentBefore, TooManyRequests."""
    author = Author("contact", who.sub, name)
    was, of_account = await lock(wanted.request, tx)
    if of_account != account:
        raise NotFound
    status = AFTER_REPLY.get(was)
    message = await append(wanted.request, account, str(wanted.submission), author, wanted.text, status, tx)
    if message is not None:
        await count("request_messages", "by_id", "at", A_DAY + 1, who, tx)  # with this one; what comes again is none
        await word.replied(wanted.request, message, who, tx)
    return await records.one(account, wanted.request, who, tx)


async def lock(request: UUID, tx: Transaction) -> tuple[Status, UUID]:
    """The request's status, which nobody changes before the transaction ends, and its account; raises NotFound."""
    row = await tx.driver.fetchrow(LOCKED, tx.agency, request)
    if row is None:
        raise NotFound
    return row["status"], row["account"]


async def append(
    request: UUID,
    account: UUID,
    submission: str,
    author: Author,
    text: str,
    status: Status | None,
    tx: Transaction,
    at: datetime | None = None,
) -> RequestMessage | None:
    """Adds a message and sets the status; None where it is there already.

    `at` is when it was written elsewhere. Raises SentBefore where the same submission came with other words.
    """
    key = new_id()
    row = (key, tx.agency, account, request, submission, author.by, author.id, author.name, text, status, at)
    kept = await tx.driver.fetchval(KEEP, *row)
    if kept is None:
        known = await tx.driver.fetchval(
            "SELECT text FROM request_messages WHERE request = $1 AND submission = $2", request, submission
        )
        if known != text and author.by != "ams":
            raise SentBefore(request=str(request))
        return None
    await tx.driver.execute(
        "UPDATE requests SET changed_at = now(), status = coalesce($3, status) WHERE agency = $1 AND id = $2",
        *(tx.agency, request, status),
    )
    return RequestMessage.model_validate(
        {"id": key, "at": kept, "by": author.by, "name": author.name, "mine": True, "text": text, "status": status}
    )


async def count(table: str, column: str, moment: str, most: int, who: Principal, tx: Transaction) -> None:
    """Raises TooManyRequests when this person has sent as many as one may; one sending of a person at a time."""
    await tx.driver.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"{table} {tx.agency} {who.sub}")
    waits = await tx.driver.fetch(
        f"SELECT ceil(extract(epoch FROM {moment} + interval '1 day' - now()))::int AS seconds FROM {table}"
        f" WHERE agency = $1 AND {column} = $2 AND {moment} > now() - interval '1 day' ORDER BY {moment} DESC LIMIT $3",
        *(tx.agency, who.sub, most),
    )
    if len(waits) == most:
        raise TooManyRequests(retry_after=max(1, waits[-1]["seconds"]))
