"""The AMS's certificates."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from contracts import ams
from kit.bus import FeedEvent
from kit.entities import Entities

CERTIFICATES = Entities(
    ams.Certificate.kind,
    "certificates",
    {
        "account_ams_id": "text",
        "holder_ams_id": "text",
        "made_out_to": "text",
        "number": "text",
        "revision": "int",
        "form": "text",
        "issued_on": "date",
        "issued_by": "text",
        "status": "text",
        "ends_on": "date",
        "replaces": "text",
        "master_ams_id": "text",
        "document_ams_id": "text",
        "policies": "jsonb",
    },
)
LONG_AGO = date(1900, 1, 1)
GONE = ams.Certificate.model_construct(  # unchecked: whatever is there has lines
    account="–", holder="–", issued_on=LONG_AGO, lines=[], valid_until=LONG_AGO
)


def row_of(event: FeedEvent) -> Mapping[str, Any]:
    """A certificate's columns; of a deleted one nothing is kept."""
    data = event.data or GONE
    assert isinstance(data, ams.Certificate)
    return {
        **CERTIFICATES.of(data),
        "account_ams_id": data.account,
        "holder_ams_id": data.holder,
        "made_out_to": data.made_out_to.name if data.made_out_to else "",
        "ends_on": ends_on(data),
        "master_ams_id": data.master,
        "document_ams_id": data.document,
        "policies": sorted({line.policy for line in data.lines}),
    }


def ends_on(data: ams.Certificate) -> date:
    """The first day on which it counts no more, by what is on it.

    It ends with the earliest of its lines, since whoever relies on it relies on all of them. Cancelled or void without
    a day it never counted: we do not claim that it did.
    """
    ends = [line.expiration for line in data.lines]
    if data.valid_until is not None:
        ends.append(data.valid_until)
    if data.status != "issued":
        ends.append(data.ended_on or data.issued_on)
    return min(ends)
