"""The AMS's carriers."""

from collections.abc import Mapping
from typing import Any

from contracts import ams
from kit.bus import FeedEvent
from kit.entities import Entities
from services.policy.lines import line_of

CARRIERS = Entities(
    ams.Carrier.kind,
    "carriers",
    {
        "name": "text",
        "naic": "text",
        "company_numbers": "jsonb",
        "phone": "text",
        "claim_phone": "text",
        "payment_url": "text",
        "claim_url": "text",
        "parent": "text",
        "lines": "jsonb",
    },
)
LINKS = {"phone", "claim_phone", "payment_url", "claim_url"}
GONE = ams.Carrier(name="–")


def row_of(event: FeedEvent, _: str) -> Mapping[str, Any]:
    """A carrier's columns; of a deleted one nothing is kept."""
    data = event.data or GONE
    assert isinstance(data, ams.Carrier)
    lines = {line_of(one.line): one.model_dump(mode="json", include=LINKS) for one in data.lines}
    return {**CARRIERS.of(data), "lines": lines}
