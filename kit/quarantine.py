"""An agency's events in a service's quarantine: listed, shown, and sent again as they came or mended."""

import json
from typing import Any
from uuid import UUID

import asyncpg

from contracts.kinds import NotFound
from contracts.principal import Principal
from contracts.quarantine import AppliedAlready, CaughtBody, CaughtEvent, CaughtEvents, ListCaught, StillWrong

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


async def listed(wanted: ListCaught, tx: Transaction) -> CaughtEvents:
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
    items = [CaughtEvent(**_facts(row)) for row in rows[: wanted.limit]]
    return CaughtEvents(
        items=items,
        waiting=await tx.driver.fetchval(WAITING, slug),
        cursor=str(items[-1].id) if len(rows) > wanted.limit else None,
    )


async def shown(caught: UUID, tx: Transaction) -> CaughtBody:
    """One with its body; raises NotFound for any that is not the agency's."""
    row = await _find(caught, tx)
    mended = row["mended_body"]
    return CaughtBody(**_facts(row), body=_text(row["body"]), mended_body=None if mended is None else _text(mended))


async def send_again(caught: UUID, body: str | None, who: Principal, tx: Transaction) -> CaughtEvent:
    """Puts the event on the bus again, mended if a body is given, where all who hear its kind get it.

    Raises NotFound, AppliedAlready, and StillWrong for what would be refused at once.
    """
    row = await _find(caught, tx)
    if row["state"] in SETTLED:
        raise AppliedAlready
    given = None if body is None else body.encode(errors="replace")
    if given in (row["body"], row["mended_body"]):
        given = None
    sent: bytes = given or row["mended_body"] or row["body"]
    try:
        subject = subject_of(await _slug(tx), row["on"], sent)
    except BadMessage as bad:
        raise StillWrong(reason=bad.code, pointer=bad.pointer, problem=bad.problem) from None
    tx.leave(subject, sent, {REPLAY: str(caught)})
    await tx.driver.execute(SENT, caught, f"{who.kind.value}:{who.sub}", given)
    return CaughtEvent(**_facts(await _find(caught, tx)))


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


def _facts(row: asyncpg.Record) -> dict[str, Any]:
    envelope = _envelope(row["body"])
    facts = {name: value for name, value in row.items() if name not in ("body", "mended_body")}
    names = {"event": "id", "type": "type", "entity": "subject"}
    return {**facts, **{name: envelope.get(given) for name, given in names.items()}}


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
