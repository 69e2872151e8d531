"""An agency's events that come over HTTP: checked as its NATS user's are, and stored on the bus before the answer."""

import asyncio
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

import nats.errors
import nats.js.errors
from nats.aio.client import Client
from pydantic import BaseModel

from contracts import ams
from contracts.kinds import BadRequest, Unavailable
from kit.bus.bad_message import BadMessage
from kit.bus.feed_events import parse

IN_FLIGHT = 128
TIMEOUT = 5.0  # seconds for one acknowledgement
OUTAGES = (nats.errors.Error, nats.js.errors.Error, TimeoutError, OSError)
MOST = 1000  # events of one batch
DECODER = json.JSONDecoder()
BETWEEN = re.compile(r"[ \t\n\r]*+,?+[ \t\n\r]*+(?!\])")  # what stands before a member of an array


class RefusedEvent(BaseModel):
    """An event that was not taken: its place in the batch, from 0, and what is wrong (`pointer` is a JSON pointer)."""

    index: int
    id: str | None
    code: str
    pointer: str
    problem: str


class Taken(BaseModel):
    """`accepted` events are on disk on the bus; `refused` have to be mended and sent again."""

    accepted: int
    refused: list[RefusedEvent]


class Feed:
    """Puts events of an agency's system on the bus."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def take(self, slug: str, body: bytes, *, batch: bool) -> Taken:
        """Checks and stores one event, or the array of a batch; returns once every good one is stored.

        Raises BadRequest for a body that is none, Unavailable when the bus does not store: what is sent again with
        the same ids is applied once.
        """
        given = _events(body, batch=batch)
        good: list[tuple[str, bytes]] = []
        refused: list[RefusedEvent] = []
        for index, (event, sent) in enumerate(given):
            try:
                good.append(_checked(slug, event, sent))
            except BadMessage as bad:
                known = event.get("id") if isinstance(event, dict) else None
                refused.append(
                    RefusedEvent(
                        index=index,
                        # half a character cannot be answered
                        id=known.encode(errors="replace").decode() if isinstance(known, str) else None,
                        code=bad.code,
                        pointer=bad.pointer,
                        problem=bad.problem,
                    )
                )
        await self._store(good)
        return Taken(accepted=len(good), refused=refused)

    async def _store(self, messages: Sequence[tuple[str, bytes]]) -> None:
        stream = self._client.jetstream(timeout=TIMEOUT)
        room = asyncio.Semaphore(IN_FLIGHT)

        async def store(subject: str, body: bytes) -> None:
            async with room:
                # without Nats-Msg-Id: the bus drops a repeat without looking whether it says the same
                await stream.publish(subject, body, stream="AMS")

        try:
            async with asyncio.TaskGroup() as group:
                for message in messages:
                    group.create_task(store(*message))
        except ExceptionGroup as several:  # not except*: until Python 3.11.4 what is raised there comes out as a group
            if several.split(OUTAGES)[1]:
                raise
            raise Unavailable(retry_after=2) from None


def _events(body: bytes, *, batch: bool) -> list[tuple[Any, str]]:
    """The events, each with its own text as it was sent: what comes by both doors is the same to its bytes."""
    try:
        text = body.decode(json.detect_encoding(body), "surrogatepass")
        given = json.loads(text)
    except (ValueError, RecursionError):
        raise BadRequest(pointer="", problem="The body is not JSON.", reason="not_json") from None
    if not batch:
        return [(given, text.strip())]
    if not isinstance(given, list) or not 0 < len(given) <= MOST:
        raise BadRequest(pointer="", problem=f"A batch is an array of 1 to {MOST} events.")
    return list(_members(text))


def _members(array: str) -> Iterator[tuple[Any, str]]:
    """The members of an array that is known to be JSON, each with its own text."""
    place = array.index("[") + 1
    while found := BETWEEN.match(array, place):
        start = found.end()
        member, place = DECODER.raw_decode(array, start)
        yield member, array[start:place]


def _checked(slug: str, event: Any, sent: str) -> tuple[str, bytes]:
    """Where the event belongs, and its bytes; raises BadMessage."""
    body = sent.encode(errors="surrogatepass")
    if len(body) > ams.MAX_EVENT_BYTES - 1024:
        raise BadMessage("too_large", f"An event has at most {ams.MAX_EVENT_BYTES:,} bytes with its headers.")
    kind = ams.TYPES.get(event.get("type"), ("unknown", False))[0] if _has_type(event) else "unknown"
    subject = f"ams.{slug}.{kind}"
    parse(subject, body)
    return subject, body


def _has_type(event: Any) -> bool:
    return isinstance(event, dict) and isinstance(event.get("type"), str)
