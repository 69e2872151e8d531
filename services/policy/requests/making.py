"""Making a request: acknowledged, held against the book, kept once, told."""

import json
from uuid import UUID

from contracts.kinds import Unavailable
from contracts.policy.acknowledgement import VERSION
from contracts.policy.requests import AcknowledgementNeeded, LooksWrong, MakeRequest, RequestRecord, SentBefore
from contracts.principal import Principal
from kit.database import Transaction
from kit.ids import new_id

from . import facts, records, word
from .conversation import count

A_DAY = 20  # requests of one person within 24 hours
KEEP = """
INSERT INTO requests (id, agency, account, contact, contact_name, submission, kind, form, policy, policy_number, line,
  vehicle_name, subject, effective_on, warnings, acknowledged_version, acknowledged_language)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
"""
BEFORE = "SELECT id, form FROM requests WHERE agency = $1 AND account = $2 AND submission = $3"


async def make(wanted: MakeRequest, name: str, who: Principal, account: UUID, tx: Transaction) -> RequestRecord:
    """Keeps the request and tells of it; the same submission again changes nothing.

    `name` is the contact's. Raises AcknowledgementNeeded, BadRequest, SentBefore, LooksWrong, TooManyRequests, and
    Unavailable while the account has not been heard of yet.
    """
    if wanted.acknowledged != VERSION:
        raise AcknowledgementNeeded(version=VERSION)
    form = wanted.form.model_dump(mode="json")
    # one sending of a person at a time: the second of two finds what the first has kept
    await tx.driver.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"making {account}")
    before = await tx.driver.fetchrow(BEFORE, tx.agency, account, wanted.submission)
    if before is not None:
        if json.loads(before["form"]) != form:
            raise SentBefore(request=str(before["id"]))
        return await records.one(account, before["id"], who, tx)
    await count("requests", "contact", "made_at", A_DAY, who, tx)
    if not await tx.driver.fetchval("SELECT count(*) FROM accounts WHERE id = $1 AND NOT deleted", account):
        raise Unavailable(retry_after=2)
    found = await facts.of_form(wanted.form, account, tx)
    if found.warnings and not wanted.certain:
        raise LooksWrong(warnings=found.warnings)
    request = new_id()
    await tx.driver.execute(
        KEEP,
        *(request, tx.agency, account, who.sub, name, wanted.submission, wanted.form.kind, json.dumps(form)),
        *_of_policy(found),
        *(found.vehicle_name, found.subject, found.effective_on, json.dumps(found.warnings)),
        *(wanted.acknowledged, wanted.language),
    )
    await word.made(request, wanted.form, who, tx)
    return await records.one(account, request, who, tx)


def _of_policy(found: facts.Facts) -> tuple[UUID | None, str, str]:
    policy = found.policy
    return (policy.id, policy.number, policy.line) if policy else (None, "", "")
