"""The AMS's certificate holders."""

from collections.abc import Mapping
from typing import Any

from contracts import ams
from kit.bus import FeedEvent
from kit.entities import Entities

HOLDERS = Entities(
    ams.CertificateHolder.kind,
    "certificate_holders",
    {
        "account_ams_id": "text",
        "name": "text",
        "attention": "text",
        "street": "text",
        "city": "text",
        "state": "text",
        "postal_code": "text",
        "email": "text",
        "portal_id": "text",
    },
)
GONE = ams.CertificateHolder(account="–", name="–")


def row_of(event: FeedEvent, _: str) -> Mapping[str, Any]:
    """A holder's columns; of a deleted one nothing is kept."""
    data = event.data or GONE
    assert isinstance(data, ams.CertificateHolder)
    return {**data.model_dump(mode="json", include=set(HOLDERS.columns)), "account_ams_id": data.account}
