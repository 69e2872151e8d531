"""Reports: what became of mails and texts to a contact, in a closed set of words instead of what servers say."""

import re
from uuid import UUID

import asyncpg

from contracts.notify import DeliveryReason, DeliveryReport, DeliveryReports, DeliveryState
from kit.database import Transaction

LATEST = """
SELECT id, kind, channel, sent_to, state, reason, made_at, settled_at FROM deliveries
WHERE contact = ANY($1) ORDER BY made_at DESC, id DESC LIMIT $2
"""
# what is on record of a try (services/notify: smtp, sms, addresses, attachments) and what it means; the first counts
REASONS: tuple[tuple[re.Pattern[str], DeliveryReason], ...] = (
    (re.compile(r"[45]\d\d .*\b[45]\.2\.2\b|[45]52 "), "mailbox_full"),
    (re.compile(r"5\d\d .*\b5\.1\.\d+\b|55[013] "), "address_unknown"),
    (re.compile(r"5\d\d "), "refused"),
    (re.compile(r"not an e-mail address|not a phone number|a mailbox name|a control character"), "address_wrong"),
    (re.compile(r"the SMS provider answered 4(?!29|01|03|08)"), "number_refused"),
    (re.compile(r"no SMS provider"), "texts_off"),
    (re.compile(r"the document |documents refused"), "document_missing"),
    (re.compile(r"a mistake of ours"), "our_mistake"),
)
BY_THE_OTHER_SIDE = ("mailbox_full", "address_unknown", "refused", "number_refused")
STATES: dict[str, DeliveryState] = {"queued": "queued", "sending": "queued", "sent": "sent", "expired": "expired"}


async def of_contacts(contacts: list[UUID], limit: int, transaction: Transaction) -> DeliveryReports:
    """The newest deliveries to these contacts of the transaction's agency."""
    rows = await transaction.driver.fetch(LATEST, contacts, limit)
    return DeliveryReports(items=[_report(row) for row in rows])


def _report(row: asyncpg.Record) -> DeliveryReport:
    reason = reason_of(row["state"], row["reason"])
    if row["state"] == "failed":
        state: DeliveryState = "bounced" if reason in BY_THE_OTHER_SIDE else "failed"
    else:
        state = STATES.get(row["state"], "unknown")
    facts = {name: row[name] for name in ("id", "kind", "channel", "sent_to", "made_at", "settled_at")}
    return DeliveryReport(**facts, state=state, reason=reason)


def reason_of(state: str, recorded: str) -> DeliveryReason | None:
    """Why a delivery is in this state; nothing where it went well, or is under way for the first time."""
    if state == "expired":
        return "too_late"
    if state == "unknown":
        return "unanswered"
    if state == "sent" or not recorded:
        return None
    return next((reason for pattern, reason in REASONS if pattern.match(recorded)), "server_away")
