"""Activity: what was done, appended to the agency's chain in the transaction that does it, and read again."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from contracts.identity.activities import (
    AgencyEntries,
    AgencyEntry,
    Doer,
    Entries,
    Entry,
    ListActivity,
    ListAgencyActivity,
    RecordActivity,
    RecordAgencyActivity,
    What,
)
from contracts.identity.sessions import Browser
from contracts.principal import Principal
from kit.database import Transaction
from kit.masking import mask_email

from . import doers

LONGEST = 200  # characters of a text in an entry
APPEND = "SELECT append_activity($1, $2, $3, $4, $5, $6)"
OF_ACCOUNT = """
SELECT e.number, e.at, e.what, e.doer, e.contact, e.facts, trim(c.first_name || ' ' || c.last_name) AS contact_name
FROM activities e LEFT JOIN contacts c ON c.id = e.contact
WHERE e.agency = $1 AND e.account = $2 AND e.number < $3 AND e.what <> ALL ($5) ORDER BY e.number DESC LIMIT $4
"""
OF_AGENCY = """
SELECT e.number, e.at, e.what, e.doer, e.account, e.contact, e.facts, coalesce(a.name, '') AS account_name,
  coalesce(trim(c.first_name || ' ' || c.last_name), '') AS contact_name
FROM activities e LEFT JOIN accounts a ON a.id = e.account LEFT JOIN contacts c ON c.id = e.contact
WHERE e.agency = $1 AND e.number < $2 AND ($3::uuid IS NULL OR e.account = $3)
  AND ($4 = '' OR (e.doer ->> 'kind' = 'staff' AND e.doer ->> 'id' = $4)) AND ($5::text IS NULL OR e.what = $5)
ORDER BY e.number DESC LIMIT $6
"""
LATELY = """
SELECT EXISTS (SELECT FROM activities
  WHERE agency = $1 AND account = $2 AND contact = $3 AND what = $4 AND at > now() - $5::interval)
"""
FIRST = """
INSERT INTO inbox (consumer, message_id, body_sha256) VALUES ('activity', $1, '')
ON CONFLICT DO NOTHING RETURNING message_id
"""
BEYOND = 2**62
AGENCY_SEES = ("number", "at", "what", "account", "account_name", "contact", "contact_name")
NOT_FOR_INSUREDS = [What.VIEW_REQUESTED.value]  # they see when a view was opened


async def record(
    what: What,
    doer: Doer,
    tx: Transaction,
    *,
    account: UUID | None = None,
    contact: UUID | None = None,
    facts: Mapping[str, str] | None = None,
    at: datetime | None = None,
) -> None:
    """Appends an entry to the chain of the transaction's agency, right before its commit.

    `facts` are short texts for the person who reads it: never a code or a secret. `at` is when it was done, if not
    now. Transactions of one agency wait for one another from here to the commit, and only there.
    """
    tx.run_last(
        APPEND,
        what.value,
        _texts(doer.model_dump()),
        account,
        contact,
        _texts(facts or {}),
        at,
    )


async def record_seldom(
    what: What,
    doer: Doer,
    tx: Transaction,
    *,
    account: UUID,
    contact: UUID,
    facts: Mapping[str, str] | None = None,
    within: timedelta = timedelta(hours=1),
) -> None:
    """The same for what a person could cause without end: one entry of a contact `within`, further ones are lost."""
    if not await tx.driver.fetchval(LATELY, tx.agency, account, contact, what.value, within):
        await record(what, doer, tx, account=account, contact=contact, facts=facts)


async def record_export(principal: Principal, tx: Transaction) -> None:
    """A contact takes a copy of the account's data."""
    assert principal.account is not None
    doer = await doers.of(principal, Browser(), tx)
    await record_seldom(What.DATA_EXPORTED, doer, tx, account=principal.account, contact=principal.sub)


async def record_once(job: RecordActivity, tx: Transaction) -> None:
    """Appends what another service tells that was done; a job that comes again changes nothing."""
    first = await tx.driver.fetchval(FIRST, str(job.id))
    if first is not None:
        doer = await doers.named(job.by, job.doer or job.contact, tx)
        await record(job.what, doer, tx, account=job.account, contact=job.contact, facts=job.facts, at=job.at)


async def record_agency_once(job: RecordAgencyActivity, tx: Transaction) -> None:
    """The same for what was done for the agency as a whole."""
    first = await tx.driver.fetchval(FIRST, str(job.id))
    if first is not None:
        doer = await doers.named(job.by, job.doer, tx)
        await record(job.what, doer.model_copy(update={"address": job.address}), tx, facts=job.facts, at=job.at)


async def of_account(wanted: ListActivity, principal: Principal, tx: Transaction) -> Entries:
    """A page of what was done in the open account, newest first."""
    before = int(wanted.cursor or BEYOND)
    rows = await tx.driver.fetch(OF_ACCOUNT, tx.agency, principal.account, before, wanted.limit + 1, NOT_FOR_INSUREDS)
    items = []
    for row in rows[: wanted.limit]:
        doer = Doer.model_validate_json(row["doer"])
        items.append(
            Entry(
                number=row["number"],
                at=row["at"],
                what=row["what"],
                by=doer.kind,
                name=doer.name,
                mine=doer.kind == "contact" and doer.id == str(principal.sub),
                about="" if doer.id == str(row["contact"]) else row["contact_name"] or "",
                facts=_shared(json.loads(row["facts"]), own=row["contact"] == principal.sub),
            )
        )
    return Entries(items=items, cursor=str(items[-1].number) if len(rows) > wanted.limit else None)


async def of_agency(wanted: ListAgencyActivity, tx: Transaction) -> AgencyEntries:
    """A page of what was done in the agency, newest first."""
    before = int(wanted.cursor or BEYOND)
    what = wanted.what.value if wanted.what else None
    rows = await tx.driver.fetch(OF_AGENCY, tx.agency, before, wanted.account, wanted.staff, what, wanted.limit + 1)
    items = [
        AgencyEntry(
            **{name: row[name] for name in AGENCY_SEES},
            doer=Doer.model_validate_json(row["doer"]),
            facts=json.loads(row["facts"]),
        )
        for row in rows[: wanted.limit]
    ]
    return AgencyEntries(items=items, cursor=str(items[-1].number) if len(rows) > wanted.limit else None)


def _shared(facts: dict[str, str], *, own: bool) -> dict[str, str]:
    """The facts as the rest of a household may see them: a person's means of coming in are its own affair."""
    if own:
        return facts
    told = {name: fact for name, fact in facts.items() if name != "user_name"}
    return told | ({"email": mask_email(told["email"])} if "email" in told else {})


def _texts(texts: Mapping[str, str]) -> str:
    """As JSON that PostgreSQL takes: without NUL and lone surrogates, and no text too long for a page."""
    return json.dumps({name: _storable(text) for name, text in texts.items()}, ensure_ascii=False)


def _storable(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode()[:LONGEST]
