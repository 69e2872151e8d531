"""The AMS's carriers."""

from collections.abc import Mapping
from typing import Any

from contracts import ams
from kit.bus import FeedEvent
from kit.entities import Entities

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
    },
)
GONE = ams.Carrier(name="–")


def row_of(event: FeedEvent, _: str) -> Mapping[str, Any]:
    """A carrier's columns; of a deleted one nothing is kept."""
    return (event.data or GONE).model_dump(mode="json", include=set(CARRIERS.columns))
