"""What the agency's system (the AMS) publishes to us, a file for each subject."""

from .carriers import Carrier, CarrierLine
from .certificate_holders import CertificateHolder, MadeOutTo
from .certificate_masters import CertificateMaster
from .certificates import Certificate, CertificateLine, CertifiedLine, Endorsement
from .documents import MAX_CONTENT_BYTES, Document
from .entities import ENTITIES
from .envelope import MAX_EVENT_BYTES, CloudEvent
from .insured import Coverage, Deductible, Discount, Driver, Interest, Location, Vehicle
from .people import Account, Contact
from .policies import Invoice, PendingCancellation, Policy, PolicyStatus, Term
from .receipts import Receipt, ReceiptLine
from .requests import RequestProgress, RequestReply
from .signals import Heartbeat, SnapshotEnded, SnapshotStarted
from .types import ENDED, HEARD_BY, KINDS, NEED_NO_DATA, SIGNALS, SNAPSHOT, STARTED, TYPES, model_of
from .values import Amount, FromAms, HttpsUrl, Id, Short, State

__all__ = [
    "ENDED",
    "ENTITIES",
    "HEARD_BY",
    "KINDS",
    "MAX_CONTENT_BYTES",
    "MAX_EVENT_BYTES",
    "NEED_NO_DATA",
    "SIGNALS",
    "SNAPSHOT",
    "STARTED",
    "TYPES",
    "Account",
    "Amount",
    "Carrier",
    "CarrierLine",
    "Certificate",
    "CertificateHolder",
    "CertificateLine",
    "CertificateMaster",
    "CertifiedLine",
    "CloudEvent",
    "Contact",
    "Coverage",
    "Deductible",
    "Discount",
    "Document",
    "Driver",
    "Endorsement",
    "FromAms",
    "Heartbeat",
    "HttpsUrl",
    "Id",
    "Interest",
    "Invoice",
    "Location",
    "MadeOutTo",
    "PendingCancellation",
    "Policy",
    "PolicyStatus",
    "Receipt",
    "ReceiptLine",
    "RequestProgress",
    "RequestReply",
    "Short",
    "SnapshotEnded",
    "SnapshotStarted",
    "State",
    "Term",
    "Vehicle",
    "model_of",
]
