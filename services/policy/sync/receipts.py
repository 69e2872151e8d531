"""The AMS's receipts: money that the agency has taken, and what takes it back."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from contracts import ams
from kit.bus import FeedEvent
from kit.entities import Entities

RECEIPTS = Entities(
    ams.Receipt.kind,
    "receipts",
    {
        "account_ams_id": "text",
        "number": "text",
        "received_on": "date",
        "amount": "numeric",
        "currency": "text",
        "method": "text",
        "payer": "text",
        "reverses": "text",
        "lines": "jsonb",
        "reference": "text",
        "received_by": "text",
        "balance": "numeric",
        "policies": "jsonb",
    },
)
GONE = ams.Receipt(account="–", number="–", received_on=date(1900, 1, 1), amount=Decimal(0))


def row_of(event: FeedEvent, _: str) -> Mapping[str, Any]:
    """A receipt's columns; `policies` are the AMS's ids of those that it was for."""
    data = event.data or GONE
    assert isinstance(data, ams.Receipt)
    return {
        **RECEIPTS.of(data),
        "account_ams_id": data.account,
        "policies": sorted({line.policy for line in data.lines if line.policy}),
    }
