"""Requests of the fictional household, as the contracts' answers that pages show."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from contracts.policy.acknowledgement import TEXTS, VERSION
from contracts.policy.request_inbox import Inbox, InboxItem, InboxRecord
from contracts.policy.requests import (
    Acknowledgement,
    RequestList,
    RequestMessage,
    RequestRecord,
    RequestSummary,
)

from .portal_samples import ACCOUNTS, AUTO, NOW, TODAY

VEHICLE = {
    "kind": "vehicle-add",
    "policy": str(AUTO["id"]),
    "effective_on": str(TODAY + timedelta(days=3)),
    "year": 2024,
    "make": "Subaru",
    "model": "Outback",
    "vin": "4S4BTAFC0R3100000",
    "ownership": "financed",
    "lienholder": "First Prairie Bank",
    "garaging_street": "12 Lantern Way",
    "garaging_city": "Austin",
    "garaging_state": "TX",
    "garaging_zip": "78701",
    "use": "commute",
    "cover": "same",
    "notes": "We pick it up on Friday.\nPlease call if you need the papers.",
}


def summary(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A vehicle that is to be added."""
    known: dict[str, Any] = {
        "id": UUID(int=700 + number),
        "kind": "vehicle-add",
        "status": "waiting-for-you",
        "open": True,
        "made_at": NOW - timedelta(days=1),
        "changed_at": NOW,
        "made_by": "Pat Rivera",
        "mine": True,
        "policy": AUTO["id"],
        "policy_number": str(AUTO["number"]),
        "line": "AUTOP",
        "subject": "2024 Subaru Outback",
        "effective_on": TODAY + timedelta(days=3),
    }
    return {**known, **changes}


def message(number: int, by: str, name: str, text: str, status: str | None = None, *, mine: bool = False) -> Any:
    """Something in a conversation."""
    at = NOW - timedelta(hours=20 - number)
    facts = {"id": UUID(int=number), "at": at, "by": by, "name": name, "mine": mine, "text": text, "status": status}
    return RequestMessage.model_validate(facts)


SAID = [
    message(1, "staff", "Alex Agent", "", "seen"),
    message(2, "staff", "Alex Agent", "Happy to do that. Is the car leased or financed?", "waiting-for-you"),
    message(3, "contact", "Pat Rivera", "Financed, with First Prairie Bank.", "in-progress", mine=True),
    message(4, "ams", "", "Thank you. Which coverage would you like?", "waiting-for-you"),
]
MORE = {
    "form": VEHICLE,
    "vehicle_name": "",
    "warnings": {"vin": "vin_wrong"},
    "acknowledged": TEXTS[VERSION]["en"],
    "acknowledged_version": VERSION,
    "acknowledged_language": "en",
    "acknowledged_at": NOW - timedelta(days=1),
    "messages": SAID,
}
SUMMARIES = [
    RequestSummary(**summary()),
    RequestSummary(
        **summary(2, kind="contact-correction", status="sent", subject="", policy=None, policy_number="", line="")
    ),
    RequestSummary(**summary(3, kind="driver-remove", status="done", open=False, subject="Kim Rivera", mine=False)),
    RequestSummary(**summary(4, kind="general", status="declined", open=False, subject="")),
]
LIST = RequestList(
    items=SUMMARIES,
    open=2,
    cursor="further",
    acknowledgement=Acknowledgement(version=VERSION, texts=TEXTS[VERSION]),
)
NONE = LIST.model_copy(update={"items": [], "open": 0, "cursor": None})
RECORD = RequestRecord(**summary(), **MORE)
SETTLED = RECORD.model_copy(update={"status": "done", "open": False, "messages": [], "warnings": {}})
WHOSE: dict[str, Any] = {
    "account": ACCOUNTS[0].id,
    "account_name": "Rivera household",
    "assigned": None,
    "assigned_name": "",
}
INBOX = Inbox(items=[InboxItem(**{**dict(one), **WHOSE}) for one in SUMMARIES], open=2, fresh=1)
RECEIVED = InboxRecord(**summary(mine=False), **MORE, **WHOSE, account_ams_id="A1", contact=UUID(int=2))
