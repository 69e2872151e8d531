"""What the agency's system (the AMS) publishes to us, a file for each subject."""

from .carriers import Carrier
from .certificate_holders import CertificateHolder
from .envelope import MAX_EVENT_BYTES, CloudEvent
from .people import Account, Contact
from .policies import Coverage, Driver, Policy, PolicyStatus, Vehicle
from .receipts import Receipt, ReceiptLine
from .signals import Heartbeat, SnapshotEnded, SnapshotStarted
from .types import ENDED, ENTITIES, HEARD_BY, KINDS, NEED_NO_DATA, SIGNALS, SNAPSHOT, STARTED, TYPES, model_of
from .values import Amount, FromAms, HttpsUrl, Id, Short, State

__all__ = [
    "ENDED",
    "ENTITIES",
    "HEARD_BY",
    "KINDS",
    "MAX_EVENT_BYTES",
    "NEED_NO_DATA",
    "SIGNALS",
    "SNAPSHOT",
    "STARTED",
    "TYPES",
    "Account",
    "Amount",
    "Carrier",
    "CertificateHolder",
    "CloudEvent",
    "Contact",
    "Coverage",
    "Driver",
    "FromAms",
    "Heartbeat",
    "HttpsUrl",
    "Id",
    "Policy",
    "PolicyStatus",
    "Receipt",
    "ReceiptLine",
    "Short",
    "SnapshotEnded",
    "SnapshotStarted",
    "State",
    "Vehicle",
    "model_of",
]
