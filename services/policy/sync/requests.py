"""What the AMS says of insureds' requests."""

from collections.abc import Mapping
from typing import Any

from contracts import ams
from kit.bus import FeedEvent
from kit.entities import Entities

REQUESTS = Entities(
    ams.RequestProgress.kind,
    "ams_requests",
    {"portal_id": "text", "status": "text", "previous_status": "text", "name": "text"},
    "id, version, portal_id, status, previous_status, name",
    # a status counts only when the AMS changed it, so that a staff member's is not undone by the next sync
    {"previous_status": "t.status"},
)
GONE = ams.RequestProgress(portal_id="00000000-0000-0000-0000-000000000000")


def row_of(event: FeedEvent, _: str) -> Mapping[str, Any]:
    """The columns of an answer; a deletion changes nothing of the request itself."""
    data = event.data or GONE
    assert isinstance(data, ams.RequestProgress)
    return {"portal_id": data.portal_id.lower(), "status": data.status, "previous_status": "", "name": data.name}
