"""The AMS's masters of certificates."""

from collections.abc import Mapping
from typing import Any

from contracts import ams
from kit.bus import FeedEvent
from kit.entities import Entities

MASTERS = Entities(
    ams.CertificateMaster.kind,
    "certificate_masters",
    {
        "account_ams_id": "text",
        "name": "text",
        "form": "text",
        "approved_for": "text",
        "holders": "jsonb",
        "valid_until": "date",
        "policies": "jsonb",
    },
)
GONE = ams.CertificateMaster.model_construct(account="–", name="–", lines=[])  # unchecked: what is there has lines


def row_of(event: FeedEvent) -> Mapping[str, Any]:
    """A master's columns; of a deleted one nothing is kept."""
    data = event.data or GONE
    assert isinstance(data, ams.CertificateMaster)
    return {
        **MASTERS.of(data),
        "account_ams_id": data.account,
        "policies": sorted({line.policy for line in data.lines}),
    }
