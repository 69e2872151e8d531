"""Events of the AMS feed as handlers get them: checked against their schema, or refused with the place and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from contracts import ams

from . import wire
from .bad_message import BadMessage

NUL = rb"\u0000"


class BadEvent(BadMessage):
    """An event of the AMS's that can never be applied as it is."""


@dataclass(frozen=True)
class FeedEvent:
    """An event of the AMS's, checked: `data` is empty for a deletion; `version` orders events of one entity.

    `stored_at` is when the bus stored it, `snapshot` the id of the snapshot that it belongs to.
    """

    id: str
    source: str
    kind: str
    ams_id: str
    deleted: bool
    version: int
    data: ams.FromAms | None
    raw: dict[str, Any]
    snapshot: str
    stored_at: datetime | None


def parse(subject: str, body: bytes, stored_at: datetime | None = None) -> FeedEvent:
    """The event in a message published on `ams.<agency>.<kind>`, stored at that time if it is stored already.

    Raises BadEvent that says where it is wrong (JSON pointer) and what to do.
    """
    try:
        event = ams.CloudEvent.model_validate_json(body)
    except ValidationError as error:
        pointer, problem = wire.first_problem(error)
        raise BadEvent("not_json" if not pointer else "envelope", problem, pointer) from None
    if event.type not in ams.TYPES:
        raise BadEvent("unknown_type", f"No event has the type {event.type!r}.", "/type")
    kind, deleted = ams.TYPES[event.type]
    if subject.split(".")[2:] != [kind]:
        raise BadEvent("wrong_subject", f"An event of type {event.type} belongs on ams.<agency>.{kind}.", "/type")
    try:
        version = event.version()
    except (ValueError, OverflowError) as error:
        raise BadEvent("no_order", f"The event cannot be ordered: {error}.", "/sequence") from None
    model = ams.model_of(event.type)
    if not event.subject and kind != ams.Heartbeat.kind:
        raise BadEvent("envelope", "subject must hold the AMS's own id of the entity.", "/subject")
    if event.data is None and not deleted and model not in ams.NEED_NO_DATA:
        raise BadEvent("envelope", "data is missing.", "/data")
    try:
        data = None if deleted else model.model_validate(event.data or {})
    except ValidationError as error:
        pointer, problem = wire.first_problem(error)
        raise BadEvent("schema", problem, f"/data{pointer}") from None
    if NUL in body:
        raise BadEvent("nul", "A text contains the character NUL (U+0000), which no database takes.")
    return FeedEvent(
        event.id,
        event.source,
        kind,
        event.subject,
        deleted,
        version,
        data,
        event.data or {},
        event.snapshot,
        stored_at,
    )
