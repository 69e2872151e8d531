"""What insureds do with documents, left for identity to record; the agency's system hears what was opened."""

from datetime import UTC, datetime
from uuid import UUID

from contracts import portal_events
from contracts.documents.id_cards import IdCardIssued
from contracts.documents.vault import Document
from contracts.identity.activities import RecordActivity, What
from contracts.portal_events import DocumentViewed
from contracts.principal import Kind, Principal
from kit.agencies import agency_details
from kit.bus.portal_events import leave_portal_event
from kit.database import Transaction
from kit.ids import new_id

from . import accounts
from .id_cards.making import Issued


def record(
    what: What,
    document: Document,
    who: Principal,
    account: UUID,
    tx: Transaction,
    contact: UUID | None = None,
    **facts: str,
) -> None:
    """Leaves it for identity; of staff and systems with the `contact` for whom they did it."""
    by_agency = who.kind is not Kind.CONTACT
    job = RecordActivity(
        agency=who.agency,
        id=new_id(),
        what=what,
        account=account,
        contact=contact if by_agency else who.sub,
        by=who.kind.value,
        doer=who.sub if by_agency else None,
        at=datetime.now(UTC),
        facts={"title": document.title, "document": str(document.id), **facts},
    )
    tx.enqueue(job)


async def opened(document: Document, who: Principal, account: UUID, tx: Transaction, *, download: bool) -> None:
    """Notes that somebody looks at a document: once an hour, since browsers fetch it again and in pieces.

    In a read-only session nothing is noted here: the view itself is in the activity.
    """
    if who.read_only or who.kind is not Kind.CONTACT:
        return
    what = What.DOCUMENT_DOWNLOADED if download else What.DOCUMENT_OPENED
    now = datetime.now(UTC)
    first = await tx.driver.fetchval(
        "INSERT INTO inbox (consumer, message_id, body_sha256) VALUES ('opened', $1, '')"
        " ON CONFLICT DO NOTHING RETURNING message_id",
        f"{what.value}:{document.id}:{who.sub}:{now:%Y%m%d%H}",
    )
    if first is None:
        return
    record(what, document, who, account, tx)
    holder = await accounts.find(account, tx)
    agency = await agency_details(tx, who.agency)
    if agency is not None:
        told = DocumentViewed(
            account=holder.ams_id, document=document.id, kind=document.kind, title=document.title, at=now
        )
        leave_portal_event(tx, agency.slug, told)


def issued(card: Issued, who: Principal, tx: Transaction, contact: UUID | None = None) -> None:
    """Tells of an ID card that was drawn, and was not there before; of staff with the `contact` for whom."""
    if not card.drawn:
        return
    facts = {"policy": card.policy, "vehicle": card.vehicle, "document": card.document.id}
    tx.tell(IdCardIssued(agency=who.agency, account=card.account, **facts))
    told = portal_events.IdCardIssued(
        account=card.holder.ams_id, policy_number=card.policy_number, at=card.document.made_at, **facts
    )
    leave_portal_event(tx, card.agency.slug, told)
    record(What.ID_CARD_ISSUED, card.document, who, card.account, tx, contact)
