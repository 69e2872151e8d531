"""Events of the AMS feed read and checked in one pass over their bytes: what parse() makes of them, sooner."""

from datetime import datetime
from functools import cache
from typing import Any

from pydantic import create_model

from contracts import ams

from .feed_events import FeedEvent, is_plain, parse


def read(subject: str, body: bytes, stored_at: datetime | None = None) -> FeedEvent:
    """The event in a message published on `ams.<agency>.<kind>`, exactly as parse() gives it.

    Raises BadEvent as parse() does, which looks again at everything that is not plainly right.
    """
    kind = subject.rpartition(".")[2]
    if kind in ams.ENTITIES and subject.count(".") == 2 and is_plain(body):
        try:
            event = _envelope_of(kind).model_validate_json(body)
            version = event.version()
        except (ValueError, OverflowError):  # a ValidationError is a ValueError
            return parse(subject, body, stored_at)
        data = event.data
        if data is not None and event.subject and ams.TYPES.get(event.type) == (kind, False):
            assert isinstance(data, ams.FromAms)
            return FeedEvent(
                event.id, event.source, kind, event.subject, False, version, data, body, event.snapshot, stored_at
            )
    return parse(subject, body, stored_at)


@cache
def _envelope_of(kind: str) -> type[ams.CloudEvent]:
    data: Any = ams.ENTITIES[kind] | None
    return create_model(f"Event of a {kind}", __base__=ams.CloudEvent, data=(data, None))
