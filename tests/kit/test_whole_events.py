"""An event read in one pass is what the careful reading makes of it, and is refused for the same reason."""

import json
from datetime import UTC, datetime

import pytest

from contracts.ams import ENTITIES
from kit.bus import whole_events
from kit.bus.bad_message import BadMessage
from kit.bus.feed_events import FeedEvent, parse
from ops.faults.feed import Feed
from tests.stack import cloud_event

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
CARRIER = {"name": "Redwood Mutual"}
GOOD = json.loads(cloud_event("carrier", "C-1", 1, CARRIER))


def outcome(read: object, subject: str, body: bytes) -> FeedEvent | tuple[str, str, str]:
    try:
        event = read(subject, body, NOW)  # type: ignore[operator]
    except BadMessage as bad:
        return bad.code, bad.pointer, bad.problem
    assert isinstance(event, FeedEvent)
    return event


def test_a_generated_feed_reads_the_same_in_both_ways() -> None:
    kinds = set()
    for section in Feed(4_000, 7).sections():
        for kind, body in section:
            subject = f"ams.oakhill.{kind}"
            seen = outcome(parse, subject, body)
            assert outcome(whole_events.read, subject, body) == seen
            kinds.add(seen.kind if isinstance(seen, FeedEvent) else seen[0])
    assert set(ENTITIES) & kinds
    assert {"schema", "envelope", "not_json", "nul", "unknown_type", "no_order", "wrong_subject", "snapshot"} <= kinds


@pytest.mark.parametrize(
    "changes",
    [
        {"data": None},
        {"data": {}},
        {"data": []},
        {"data": {**CARRIER, "new": {"deep": [1, None, "\ud83d\ude00"]}}},
        {"data": {"name": " Redwood "}},
        {"subject": " C-1 "},
        {"subject": ""},
        {"sequence": None, "time": "2026-11-22T08:00:00+01:00"},
        {"sequence": None, "time": "2026-11-22T08:00:00"},
        {"sequence": None, "time": "9999-12-31T23:59:59-14:00"},
        {"sequence": "007"},
        {"sequence": 7},
        {"snapshot": "S"},
        {"type": "ams.carrier.deleted.v1"},
        {"type": "ams.carrier.deleted.v1", "data": {"name": []}},
        {"type": "ams.policy.upserted.v1"},
        {"type": "ams.feed.heartbeat.v1"},
        {"datacontenttype": "text/plain"},
        {"extension": 1e300},
        {"data": {"name": "a\0"}},
    ],
)
@pytest.mark.parametrize(
    "subject", ["ams.oakhill.carrier", "ams.oakhill.feed", "ams.oakhill.carrier.more", "ams.carrier"]
)
def test_odd_events_read_the_same_in_both_ways(changes: dict[str, object], subject: str) -> None:
    body = json.dumps({**GOOD, **changes}).encode()
    assert outcome(whole_events.read, subject, body) == outcome(parse, subject, body)


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b'"x"', b"\xff\xfe", b'{"id": "\xff"}', b'{"data": ' * 300, json.dumps(GOOD).encode()[:-1]],
)
def test_what_is_no_event_is_refused_the_same_in_both_ways(body: bytes) -> None:
    subject = "ams.oakhill.carrier"
    refused = outcome(parse, subject, body)
    assert isinstance(refused, tuple)
    assert outcome(whole_events.read, subject, body) == refused


def test_the_slow_reading_is_not_needed_for_an_event_that_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole_events, "parse", None)
    event = whole_events.read("ams.oakhill.carrier", json.dumps(GOOD).encode(), NOW)
    assert (event.kind, event.raw) == ("carrier", CARRIER)
