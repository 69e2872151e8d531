"""Word of requests: to the agency's system, to the people whom the agency wants told, and into the activity log."""

from typing import Any
from uuid import UUID

import asyncpg

from contracts.identity.telling import Action
from contracts.policy.acknowledgement import TEXTS
from contracts.policy.request_forms import Form
from contracts.policy.requests import RequestMessage
from contracts.portal_events import ContactCorrectionAsked, PortalEvent, RequestChanged, RequestMade, RequestReplied
from contracts.principal import Principal
from kit.agencies import agency_details
from kit.bus.portal_events import leave_portal_event
from kit.database import Transaction
from services.policy import tasks, telling
from services.policy.telling import Deed

SETTLED = ("done", "declined")
OPENED_BY = (Action.REQUEST_MADE, Action.CONTACT_CORRECTION_ASKED)
REQUEST = """
SELECT r.id, r.account, r.contact, r.contact_name, r.kind, r.policy_number, r.status, r.acknowledged_version,
       r.acknowledged_language, r.made_at, a.ams_id AS account_ams_id, p.ams_id AS policy_ams_id
FROM requests r LEFT JOIN accounts a ON a.id = r.account LEFT JOIN policies p ON p.id = r.policy
WHERE r.agency = $1 AND r.id = $2
"""


async def made(request: UUID, form: Form, who: Principal, tx: Transaction) -> None:
    """A request was made: the agency's system hears the whole form, people what it is about."""
    row = await _row(request, tx)
    common: dict[str, Any] = {
        "request": request,
        "account": row["account_ams_id"],
        "contact_name": row["contact_name"],
        "acknowledged_version": row["acknowledged_version"],
        "acknowledged_language": row["acknowledged_language"],
        "at": row["made_at"],
    }
    fields = form.model_dump(mode="json", exclude={"kind", "policy"}, exclude_none=True)
    correction = row["kind"] == "contact-correction"
    event: PortalEvent
    if correction:
        event = ContactCorrectionAsked(**common, contact=row["contact"], **fields)
    else:
        event = RequestMade(
            **common,
            request_kind=row["kind"],
            policy=row["policy_ams_id"],
            policy_number=row["policy_number"],
            form=fields,
        )
    await _leave(event, tx)
    facts = _facts(row)
    facts["acknowledged"] = TEXTS[row["acknowledged_version"]][row["acknowledged_language"]]
    action = Action.CONTACT_CORRECTION_ASKED if correction else Action.REQUEST_MADE
    await telling.tell(action, telling.deed_of(who, row["account"], request, None, **facts), tx)


async def replied(request: UUID, message: RequestMessage, who: Principal, tx: Transaction) -> None:
    """An insured wrote in a request."""
    row = await _row(request, tx)
    await _leave(
        RequestReplied(
            request=request,
            account=row["account_ams_id"],
            message=message.id,
            by=message.by,
            name=message.name,
            text=message.text,
            status=row["status"],
            at=message.at,
        ),
        tx,
    )
    await telling.tell(Action.REQUEST_REPLIED, telling.deed_of(who, row["account"], request, None, **_facts(row)), tx)


async def answered(request: UUID, message: RequestMessage, who: Principal, tx: Transaction) -> None:
    """The agency answered in the console or by the API: its system and the insured learn it."""
    row = await _row(request, tx)
    common: dict[str, Any] = {
        "request": request,
        "account": row["account_ams_id"],
        "name": message.name,
        "status": row["status"],
        "at": message.at,
    }
    if message.text:
        await _leave(RequestReplied(**common, message=message.id, by=message.by, text=message.text), tx)
    else:
        await _leave(RequestChanged(**common), tx)
    deed = telling.deed_of(who, row["account"], request, row["contact"], **_facts(row, message))
    await _tell_insured(deed, row, message, tx)


async def answered_by_ams(request: UUID, message: RequestMessage, tx: Transaction) -> None:
    """The agency's system answered: the insured learns it, the system knows."""
    row = await _row(request, tx)
    deed = Deed(row["account"], request, row["contact"], "ams", facts=_facts(row, message))
    await _tell_insured(deed, row, message, tx)


async def _tell_insured(deed: Deed, row: asyncpg.Record, message: RequestMessage, tx: Transaction) -> None:
    await telling.tell(Action.REQUEST_ANSWERED, deed, tx)
    over = (*OPENED_BY, Action.REQUEST_REPLIED) if row["status"] in SETTLED else (Action.REQUEST_REPLIED,)
    for action in over:
        await tasks.settle(action, row["id"], tx, deed.by, message.name)


def _facts(row: asyncpg.Record, message: RequestMessage | None = None) -> dict[str, str]:
    """What mails and the activity log say: never the words of the conversation, which stay in the portal."""
    facts = {"kind": row["kind"], "policy": row["policy_number"]}
    if message and message.text:
        facts["wrote"] = "yes"
    if message and message.status:
        facts["status"] = message.status
    return facts


async def _row(request: UUID, tx: Transaction) -> asyncpg.Record:
    row: asyncpg.Record | None = await tx.driver.fetchrow(REQUEST, tx.agency, request)
    assert row is not None  # it was locked or made just before
    return row


async def _leave(event: PortalEvent, tx: Transaction) -> None:
    agency = await agency_details(tx, tx.agency)
    assert agency is not None  # who asks has come in by the agency's record
    leave_portal_event(tx, agency.slug, event)
