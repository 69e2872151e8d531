"""The agency's feed as staff and systems look after it: put together from the services that hear it."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from contracts.documents import feed as of_documents
from contracts.feed_health import FeedHealth, KindCounts, SnapshotRun
from contracts.identity import feed as of_identity
from contracts.identity.sessions import Browser
from contracts.kinds import Answer, NotFound, Request
from contracts.policy import feed as of_policy
from contracts.quarantine import CaughtBody, CaughtEvent, CaughtEvents
from gateway.parts import Ask

from .together import together


class SyncHealth(BaseModel):
    """How the whole feed is doing; the fields are those of FeedHealth, of all services together.

    `delay` is the longest of the services' newest events, `in_line` what waits for all of them.
    """

    heard_at: datetime | None
    beat_at: datetime | None
    delay: float | None
    in_line: int
    kinds: list[KindCounts]
    refused: int
    waiting: int
    snapshots: list[SnapshotRun]


async def health(ask: Ask) -> SyncHealth:
    """How the agency's feed is doing; raises Unavailable while one of the services is away."""
    parts: tuple[FeedHealth, ...] = await together(
        ask(of_identity.GetFeedHealth()), ask(of_policy.GetFeedHealth()), ask(of_documents.GetFeedHealth())
    )
    return SyncHealth(
        heard_at=max((part.heard_at for part in parts if part.heard_at), default=None),
        beat_at=max((part.beat_at for part in parts if part.beat_at), default=None),
        delay=max((part.delay for part in parts if part.delay is not None), default=None),
        in_line=sum(part.in_line for part in parts),
        kinds=sorted((kind for part in parts for kind in part.kinds), key=lambda kind: kind.kind),
        refused=sum(part.refused for part in parts),
        waiting=sum(part.waiting for part in parts),
        snapshots=_snapshots(parts),
    )


async def caught(ask: Ask, *, everything: bool, limit: int, cursor: str) -> CaughtEvents:
    """A page of all services' quarantines, newest first; ids rise with time, so one cursor is good for all."""
    parts: tuple[CaughtEvents, ...] = await together(
        ask(of_identity.ListCaughtEvents(everything=everything, limit=limit, cursor=cursor)),
        ask(of_policy.ListCaughtEvents(everything=everything, limit=limit, cursor=cursor)),
        ask(of_documents.ListCaughtEvents(everything=everything, limit=limit, cursor=cursor)),
    )
    found = sorted((event for part in parts for event in part.items), key=lambda event: event.id, reverse=True)
    more = len(found) > limit or any(part.cursor for part in parts)
    return CaughtEvents(
        items=found[:limit],
        waiting=sum(part.waiting for part in parts),
        cursor=str(found[:limit][-1].id) if more and found else None,
    )


async def one(ask: Ask, event: UUID) -> CaughtBody:
    """An event in quarantine with its body, whichever service has it; raises NotFound."""
    return await _of_whom_it_is(
        ask,
        of_policy.GetCaughtEvent(caught=event),
        of_identity.GetCaughtEvent(caught=event),
        of_documents.GetCaughtEvent(caught=event),
    )


async def replay(ask: Ask, event: UUID, body: str | None, browser: Browser) -> CaughtEvent:
    """Sends an event again, mended if a body is given; raises NotFound, StillWrong, AppliedAlready."""
    return await _of_whom_it_is(
        ask,
        of_policy.ReplayCaughtEvent(caught=event, body=body, browser=browser),
        of_identity.ReplayCaughtEvent(caught=event, body=body, browser=browser),
        of_documents.ReplayCaughtEvent(caught=event, body=body, browser=browser),
    )


async def _of_whom_it_is(ask: Ask, *requests: Request[Answer]) -> Answer:
    """The answer of the one service that knows what is asked for; raises NotFound where none does."""
    for request in requests:
        with suppress(NotFound):
            return await ask(request)
    raise NotFound


def _snapshots(parts: tuple[FeedHealth, ...]) -> list[SnapshotRun]:
    """Each snapshot once: over when it is over everywhere, with what all services found."""
    known: dict[str, SnapshotRun] = {}
    for run in (run for part in parts for run in part.snapshots):
        before = known.get(run.id)
        if before is None:
            known[run.id] = run
            continue
        known[run.id] = SnapshotRun(
            id=run.id,
            started_at=before.started_at or run.started_at,
            swept_at=max(before.swept_at, run.swept_at) if before.swept_at and run.swept_at else None,
            complete=before.complete and run.complete,
            counts={**before.counts, **run.counts},
            found={**before.found, **run.found},
        )
    return sorted(
        known.values(), key=lambda run: run.started_at.timestamp() if run.started_at else float("inf"), reverse=True
    )
