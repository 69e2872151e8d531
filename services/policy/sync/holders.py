"""The AMS's certificate holders."""

from collections.abc import Mapping
from typing import Any

from contracts import ams
from kit.bus import FeedEvent
from kit.entities import Entities
from services.policy.holders.likeness import likeness

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
        "likeness": "text",
    },
)
GONE = ams.CertificateHolder(account="–", name="–")


def row_of(event: FeedEvent, _: str) -> Mapping[str, Any]:
    """A holder's columns; of a deleted one nothing is kept."""
    data = event.data or GONE
    assert isinstance(data, ams.CertificateHolder)
    alike = likeness_of(data) if event.data else ""
    return {**HOLDERS.of(data), "account_ams_id": data.account, "likeness": alike}


def likeness_of(data: ams.CertificateHolder) -> str:
    """What it is compared by with those that were added in the portal."""
    return likeness(data.name, data.street, data.city, data.state, data.postal_code)
