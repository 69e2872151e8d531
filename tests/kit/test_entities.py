"""Of an entity's events in a batch the newest is kept, and of one version what a snapshot says."""

from typing import Any

import pytest

from kit.bus import FeedEvent
from kit.entities import newest


def event(name: str, version: int, snapshot: str = "", **changes: Any) -> FeedEvent:
    values: dict[str, Any] = {"kind": "carrier", "ams_id": "C1", "deleted": False, "data": None, "body": b""}
    told = {"id": name, "source": "/ams", "version": version, "snapshot": snapshot, "stored_at": None}
    return FeedEvent(**{**values, **told, **changes})


@pytest.mark.parametrize(
    ("events", "kept"),
    [
        ([event("old", 1), event("new", 2)], "new"),
        ([event("new", 2), event("old", 1)], "new"),
        ([event("first", 2), event("repeat", 2)], "first"),
        ([event("live", 2), event("named", 2, "S")], "named"),  # it also brings back what was swept
        ([event("named", 2, "S"), event("live", 2)], "named"),
        ([event("live", 3), event("named", 2, "S")], "live"),
        ([event("other kind", 9, kind="policy"), event("new", 2)], "new"),
    ],
)
def test_one_event_of_each_entity_is_kept(events: list[FeedEvent], kept: str) -> None:
    assert newest(events)["carrier"]["C1"].id == kept
