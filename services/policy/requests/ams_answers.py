"""Answers from the agency's system: its replies each once, its status when it becomes another one."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from contracts import ams
from kit.bus import BadEvent, FeedEvent
from kit.database import Transaction

from . import conversation, word
from .conversation import Author


async def apply(events: Sequence[FeedEvent], changed: Sequence[asyncpg.Record], tx: Transaction) -> None:
    """Takes the replies of all `events`, also of those that a newer one has superseded, and the newest statuses.

    `changed` are the rows that were kept of them. Raises BadEvent for a request that the portal does not have.
    """
    said = [event for event in events if isinstance(event.data, ams.RequestProgress)]
    accounts = await _accounts(said, tx)
    for event in sorted(said, key=lambda one: one.version):
        assert isinstance(event.data, ams.RequestProgress)
        request = UUID(event.data.portal_id)
        for reply in event.data.replies:
            author = Author("ams", None, reply.name or event.data.name)
            await _take(request, accounts[request], f"ams:{event.ams_id}:{reply.id}", author, tx, reply)
    for row in changed:
        request = UUID(row["portal_id"])
        if request in accounts and not row["deleted"] and row["status"] not in ("", row["previous_status"]):
            was, account = await conversation.lock(request, tx)
            if was != row["status"]:
                author = Author("ams", None, row["name"])
                submission = f"ams:{row['ams_id']}:{row['version']}"
                await _become(request, account, submission, author, row["status"], tx)


async def _accounts(events: Sequence[FeedEvent], tx: Transaction) -> dict[UUID, UUID]:
    """The accounts of the requests that the events are about."""
    wanted = [UUID(event.data.portal_id) for event in events if isinstance(event.data, ams.RequestProgress)]
    rows = await tx.driver.fetch(
        "SELECT id, account FROM requests WHERE agency = $1 AND id = ANY($2) ORDER BY id FOR UPDATE",
        *(tx.agency, wanted),
    )
    known = {row["id"]: row["account"] for row in rows}
    if not known.keys() >= set(wanted):
        raise BadEvent("unknown_request", "No request in the portal has this id.", "/data/portal_id")
    return known


async def _take(
    request: UUID, account: UUID, submission: str, author: Author, tx: Transaction, reply: ams.RequestReply
) -> None:
    message = await conversation.append(request, account, submission, author, reply.text, None, tx, reply.at)
    if message is not None:
        await word.answered_by_ams(request, message, tx)


async def _become(request: UUID, account: UUID, submission: str, author: Author, status: str, tx: Transaction) -> None:
    message = await conversation.append(request, account, submission, author, "", status, tx)  # type: ignore[arg-type]
    if message is not None and status != "seen":
        await word.answered_by_ams(request, message, tx)
