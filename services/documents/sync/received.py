"""The AMS's documents: what it tells of them, without their bytes."""

from collections.abc import Mapping
from typing import Any

from contracts import ams
from kit.bus import FeedEvent
from kit.entities import Entities

RECEIVED = Entities(
    ams.Document.kind,
    "received_documents",
    {
        "account_ams_id": "text",
        "policy_ams_id": "text",
        "category": "text",
        "title": "text",
        "file_name": "text",
        "content_type": "text",
        "size": "int",
        "sha256": "bytea",
        "pages": "int",
        "visible": "boolean",
        "dated_on": "date",
        "effective": "date",
        "expiration": "date",
        "vehicles": "jsonb",
        "state": "text",
    },
)
GONE = ams.Document(account="–", title="–", size=1, sha256="0" * 64)


def row_of(event: FeedEvent) -> Mapping[str, Any]:
    """A document's columns; of a deleted one nothing is kept."""
    data = event.data or GONE
    assert isinstance(data, ams.Document)
    return {
        **RECEIVED.of(data),
        "account_ams_id": data.account,
        "policy_ams_id": data.policy,
        "sha256": f"\\x{data.sha256}",
    }
