"""An agency's events in a service's quarantine: listed, shown, and sent again as they came or mended.

`heard` are the kinds that the service hears: of what is sent again as another one, it never learns what became.
"""

import json
from collections.abc import Collection
from typing import Any
from uuid import UUID

import asyncpg

from contracts import ams
from contracts.kinds import NotFound
from contracts.principal import Principal
from contracts.quarantine import (
    AppliedAlready,
    CaughtBody,
    CaughtEvent,
    CaughtEvents,
    ListCaught,
    ReplayCaught,
    StillWrong,
)

from .bus.bad_message import BadMessage
from .bus.failures import REPLAY
from .bus.feed_events import subject_of
from .database import Transaction

COLUMNS = """
q.id, q.subject AS on, q.code, q.pointer, q.problem, q.caught_at, q.replayed_at, q.replayed_by AS by,
q.mended_body IS NOT NULL AS mended, again.id AS again, q.body, q.mended_body,
CASE WHEN q.replayed_at IS NULL THEN 'waiting' WHEN again.id IS NOT NULL THEN 'refused'
     WHEN q.outcome = '' THEN 'sent' ELSE q.outcome END AS state
FROM quarantine q
LEFT JOIN LATERAL (SELECT a.id FROM quarantine a WHERE a.replay_of = q.id ORDER BY a.id DESC LIMIT 1) again ON true
WHERE q.agency = $1 AND q.stream = 'AMS'
"""
WAITING = "SELECT count(*) FROM quarantine WHERE agency = $1 AND stream = 'AMS' AND replayed_at IS NULL"
SENT = """
UPDATE quarantine SET replayed_at = now(), replayed_by = $2, mended_body = coalesce($3, mended_body), outcome = ''
WHERE id = $1
"""
SETTLED = frozenset({"applied", "superseded", "repeated"})


async def listed(wanted: ListCaught, heard: Collection[str], tx: Transaction) -> CaughtEvents:
    """A page of them, newest first: those that wait, or all."""
    slug = await _slug(tx)
    rows = await tx.driver.fetch(
        f"SELECT {COLUMNS} AND ($2 OR q.replayed_at IS NULL) AND ($3::uuid IS NULL OR q.id < $3)"
        " ORDER BY q.id DESC LIMIT $4",
        slug,
        wanted.everything,
        _uuid(wanted.cursor),
        wanted.limit + 1,
    )
    items = [CaughtEvent(**_facts(row, heard)) for row in rows[: wanted.limit]]
    return CaughtEvents(
        items=items,
        waiting=await tx.driver.fetchval(WAITING, slug),
        cursor=str(items[-1].id) if len(rows) > wanted.limit else None,
    )


async def shown(caught: UUID, heard: Collection[str], tx: Transaction) -> CaughtBody:
    """One with its body; raises NotFound for any that is not the agency's."""
    row = await _find(caught, tx)
    mended = row["mended_body"]
    texts = {"body": _text(row["body"]), "mended_body": None if mended is None else _text(mended)}
    return CaughtBody(**_facts(row, heard), **texts)


async def send_again(wanted: ReplayCaught, heard: Collection[str], who: Principal, tx: Transaction) -> CaughtEvent:
    """Puts the event on the bus again, mended if a body is given, where all who hear its kind get it.

    Raises NotFound, AppliedAlready, and StillWrong for what would be refused at once.
    """
    row = await _find(wanted.caught, tx)
    if row["state"] in SETTLED:
        raise AppliedAlready
    given = None if wanted.body is None else wanted.body.encode(errors="replace")
    if given in (row["body"], row["mended_body"]):
        given = None
    sent: bytes = given or row["mended_body"] or row["body"]
    try:
        subject = subject_of(await _slug(tx), row["on"], sent)
    except BadMessage as bad:
        raise StillWrong(reason=bad.code, pointer=bad.pointer, problem=bad.problem) from None
    tx.leave(subject, sent, {REPLAY: str(wanted.caught)})
    await tx.driver.execute(SENT, wanted.caught, f"{who.kind.value}:{who.sub}", given)
    return CaughtEvent(**_facts(await _find(wanted.caught, tx), heard))


async def _find(caught: UUID, tx: Transaction) -> asyncpg.Record:
    row: asyncpg.Record | None = await tx.driver.fetchrow(f"SELECT {COLUMNS} AND q.id = $2", await _slug(tx), caught)
    if row is None:
        raise NotFound
    return row


async def _slug(tx: Transaction) -> str:
    slug: str | None = await tx.driver.fetchval("SELECT slug FROM agencies WHERE id = $1", tx.agency)
    if slug is None:
        raise NotFound
    return slug


def _facts(row: asyncpg.Record, heard: Collection[str]) -> dict[str, Any]:
    envelope = _envelope(row["body"])
    facts = {name: value for name, value in row.items() if name not in ("body", "mended_body")}
    names = {"event": "id", "type": "type", "entity": "subject"}
    facts |= {name: envelope.get(given) for name, given in names.items()}
    if row["state"] == "sent" and (kind := _kind(row["mended_body"] or row["body"])) not in heard:
        facts |= {"state": "elsewhere", "sent_as": kind}
    return facts


def _kind(body: bytes) -> str | None:
    """As what kind an event is sent again, which its type says."""
    return ams.TYPES.get(_envelope(body).get("type", ""), (None,))[0]


def _envelope(body: bytes) -> dict[str, str]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: value[:200] for name, value in found.items() if isinstance(value, str)}


def _text(body: bytes) -> str:
    return body.decode(errors="replace")


def _uuid(cursor: str) -> UUID | None:
    try:
        return UUID(cursor)
    except ValueError:
        return None
