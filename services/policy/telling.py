"""Telling: whoever the agency wants to know of what was done learns it, and a task waits where staff shall act."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from contracts.identity.activities import RecordActivity, What
from contracts.identity.agencies import AgencyDetails
from contracts.identity.telling import Action, TellPeople, Told
from contracts.principal import Kind, Principal
from kit.agencies import agency_details
from kit.database import Transaction
from kit.ids import new_id

from . import tasks

By = Literal["contact", "staff", "system", "ams", "portal"]


@dataclass(frozen=True)
class Deed:
    """Something that was done about an entity of ours (`about`) in an account.

    `contact` did it, or is whom it concerns where `by` says that somebody else did; `doer` is our id of that member of
    staff or system. `facts` are short texts that the words for it name, in mails, tasks and the activity log.
    """

    account: UUID
    about: UUID
    contact: UUID | None = None
    by: By = "contact"
    doer: UUID | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


def deed_of(who: Principal, account: UUID, about: UUID, contact: UUID | None = None, **facts: str) -> Deed:
    """What this caller has done; `contact` is whom it concerns where the caller is not a contact."""
    if who.kind is Kind.CONTACT:
        return Deed(account, about, who.sub, facts=facts)
    return Deed(account, about, contact, "staff" if who.kind is Kind.STAFF else "system", who.sub, facts)


async def tell(action: Action, deed: Deed, tx: Transaction) -> None:
    """Logs what was done, and does what the agency has set for this action: mails and a task for staff.

    All of it happens when the transaction commits, or nothing.
    """
    record(What(action.value), deed, tx)
    told = await _told(action, tx)
    if told.agent_email or told.customer_email or told.primary_email:
        tx.enqueue(
            TellPeople(
                agency=tx.agency,
                id=new_id(),
                action=action,
                account=deed.account,
                contact=deed.contact,
                by=deed.by,
                doer=deed.doer,
                at=datetime.now(UTC),
                facts={**deed.facts, "about": str(deed.about)},
            )
        )
    if told.task:
        await tasks.open_one(action, deed.account, deed.about, deed.facts, tx)


def record(what: What, deed: Deed, tx: Transaction) -> None:
    """Only logs what was done: what is nobody's to be told of."""
    tx.enqueue(
        RecordActivity(
            agency=tx.agency,
            id=new_id(),
            what=what,
            account=deed.account,
            contact=deed.contact,
            by=deed.by,
            doer=deed.doer,
            at=datetime.now(UTC),
            facts=dict(deed.facts),
        )
    )


async def _told(action: Action, tx: Transaction) -> Told:
    details: AgencyDetails | None = await agency_details(tx, tx.agency)
    assert details is not None  # who asks has come in by the agency's record
    return details.who_is_told.of(action)
