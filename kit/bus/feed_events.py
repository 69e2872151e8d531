"""Events of the AMS feed as handlers get them: checked against their schema, or refused with the place and why."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from contracts import ams

from . import sentences
from .bad_message import BadMessage

HEADERS = 1024  # bytes that are kept free for headers
NUL = rb"\u0000"
NAN, INFINITY = b"NaN", b"Infinity"  # what Python and JavaScript write, and no database takes


class BadEvent(BadMessage):
    """An event of the AMS's that can never be applied as it is."""


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """An event of the AMS's, checked: `data` is empty for a deletion; `version` orders events of one entity.

    `body` is all of it as it came, `stored_at` when the bus stored it, `snapshot` the id of the snapshot that it
    belongs to, `replay` the quarantine id of the event that it is, sent again.
    """

    id: str
    source: str
    kind: str
    ams_id: str
    deleted: bool
    version: int
    data: ams.FromAms | None
    body: bytes
    snapshot: str
    stored_at: datetime | None
    replay: UUID | None = None

    @property
    def order(self) -> tuple[int, bool]:
        """What is newer among events of one entity: of one version what a snapshot says, since that mends."""
        return self.version, bool(self.snapshot)

    @property
    def raw(self) -> dict[str, Any]:
        """Its data as it came, with what we do not know."""
        return ams.CloudEvent.model_validate_json(self.body).data or {}


def subject_of(slug: str, subject: str, body: bytes) -> str:
    """Where an agency's event belongs that is sent again: by its type, or where it came from.

    Raises BadEvent for one that would be refused at once.
    """
    if len(body) > ams.MAX_EVENT_BYTES - HEADERS:
        raise BadEvent("too_large", f"An event has at most {ams.MAX_EVENT_BYTES:,} bytes with its headers.")
    try:
        kind = ams.TYPES[json.loads(body)["type"]][0]
    except (ValueError, RecursionError, TypeError, KeyError):
        kind = ".".join(subject.split(".")[2:])
    found = f"ams.{slug}.{kind}"
    parse(found, body)
    return found


def is_plain(body: bytes) -> bool:
    """Whether a body holds nothing at which parse() has to look twice."""
    return NUL not in body and NAN not in body and INFINITY not in body


def _has_no_number(body: bytes) -> bool:
    """Whether one of the words stands there as a value, which is no JSON, and not in a text."""

    def refuse(_: str) -> None:
        raise OverflowError

    try:
        json.loads(body, parse_constant=refuse)
    except OverflowError:
        return True
    return False


def parse(subject: str, body: bytes, stored_at: datetime | None = None) -> FeedEvent:
    """The event in a message published on `ams.<agency>.<kind>`, stored at that time if it is stored already.

    Raises BadEvent that says where it is wrong (JSON pointer) and what to do.
    """
    try:
        event = ams.CloudEvent.model_validate_json(body)
    except ValidationError as error:
        pointer, problem = sentences.first_problem(error)
        raise BadEvent("not_json" if not pointer else "envelope", problem, pointer) from None
    if event.type not in ams.TYPES:
        raise BadEvent("unknown_type", sentences.unknown_type(event.type), "/type")
    kind, deleted = ams.TYPES[event.type]
    if subject.split(".")[2:] != [kind]:
        raise BadEvent("wrong_subject", f"An event of type {event.type} belongs on ams.<agency>.{kind}.", "/type")
    try:
        version = event.version()
    except (ValueError, OverflowError) as error:
        raise BadEvent(
            "no_order", f"This event cannot be put in order: {error}.", "/time" if event.time else "/sequence"
        ) from None
    model = ams.model_of(event.type)
    if not event.subject and kind != ams.Heartbeat.kind:
        raise BadEvent("envelope", "The subject must be your own id of what the event is about.", "/subject")
    if event.data is None and not deleted and model not in ams.NEED_NO_DATA:
        raise BadEvent("envelope", "The data are missing: only a deletion goes without.", "/data")
    try:
        data = None if deleted else model.model_validate(event.data or {})
    except ValidationError as error:
        pointer, problem = sentences.first_problem(error)
        raise BadEvent("schema", problem, f"/data{pointer}") from None
    if NUL in body:
        raise BadEvent("nul", "A text contains the character NUL (U+0000), which no database takes.")
    if not is_plain(body) and _has_no_number(body):
        raise BadEvent("not_json", "NaN and Infinity are no numbers: JSON has none of these.")
    return FeedEvent(
        event.id,
        event.source,
        kind,
        event.subject,
        deleted,
        version,
        data,
        body,
        event.snapshot,
        stored_at,
    )
