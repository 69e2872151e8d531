"""Impersonations: asked for with a token, opened once within a minute, over after half an hour."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from contracts.identity.activities import Doer, What
from contracts.identity.impersonations import (
    Impersonate,
    Impersonation,
    ImpersonationLink,
    LinkOver,
    OpenView,
    ViewOpened,
)
from contracts.kinds import NotFound
from contracts.principal import Actor, Kind
from kit.database import Transaction
from kit.ids import new_id

from . import secret
from .audit import activities
from .people.insureds import Insured
from .signed_in import sessions
from .systems.requesters import Requester

OPENS_WITHIN = timedelta(seconds=60)
LASTS = timedelta(minutes=30)

FIND = """
SELECT i.*, i.opens_until > now() AS in_time, a.name AS account_name, a.number AS account_number,
       trim(c.first_name || ' ' || c.last_name) AS insured
FROM impersonations i
JOIN accounts a ON a.id = i.account AND NOT a.deleted
JOIN contacts c ON c.id = i.contact AND NOT c.deleted
WHERE i.id = $1 AND i.key_hash = $2
"""
ENDED = """
UPDATE impersonations SET ended_at = now()
WHERE {} AND ended_at IS NULL AND coalesce(expires_at, opens_until) > now()
RETURNING *
"""


async def request(
    wanted: Impersonate, requester: Requester, insured: Insured, public_url: str, tx: Transaction
) -> ImpersonationLink:
    """Keeps an impersonation and returns its one-time address below `public_url`."""
    row, key = new_id(), secret.new_secret(tx.agency)
    until = datetime.now(UTC) + OPENS_WITHIN
    slug = await tx.driver.fetchval(
        "INSERT INTO impersonations (id, agency, key_hash, account, contact, requester_kind, requester, agent, reason,"
        " opens_until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        " RETURNING (SELECT slug FROM agencies WHERE id = $2)",
        row,
        tx.agency,
        secret.hash_of(key),
        insured.account,
        insured.contact,
        requester.kind,
        requester.id,
        requester.agent.model_dump_json(),
        wanted.reason,
        until,
    )
    doer = Doer(kind=requester.kind, id=str(requester.id), name=requester.agent.name, address=wanted.browser.address)
    facts = {"reason": wanted.reason, "impersonation": str(row)}
    await activities.record(
        What.VIEW_REQUESTED, doer, tx, account=insured.account, contact=insured.contact, facts=facts
    )
    return ImpersonationLink(url=f"{public_url}/{slug}/view/{row}/open/{key}", expires_at=until, impersonation=row)


async def find(impersonation: UUID, key: str, tx: Transaction) -> Impersonation:
    """What waits behind a one-time address; raises NotFound, or LinkOver where it can no longer be opened."""
    row = await _waiting(impersonation, key, tx)
    return Impersonation(
        agent=_agent(row).name,
        insured=row["insured"],
        account_name=row["account_name"],
        account_number=row["account_number"],
        reason=row["reason"],
        expires_at=row["opens_until"],
    )


async def open_view(wanted: OpenView, tx: Transaction) -> ViewOpened:
    """Uses the address up and opens its read-only session; raises NotFound, or LinkOver."""
    row = await _waiting(wanted.impersonation, wanted.key, tx)
    until = datetime.now(UTC) + LASTS
    opened = await sessions.open_one(
        Kind.CONTACT,
        row["contact"],
        (),
        wanted.browser,
        tx,
        account=row["account"],
        view=row["id"],
        actor=_agent(row),
        idle=LASTS,
        until=until,
    )
    # of two who press at once the second waits here, and then finds it opened
    used = await tx.driver.fetchval(
        "UPDATE impersonations SET opened_at = now(), session = $2, expires_at = $3"
        " WHERE id = $1 AND opened_at IS NULL AND ended_at IS NULL RETURNING id",
        row["id"],
        opened.id,
        until,
    )
    if used is None:
        raise LinkOver
    await _record(What.VIEW_OPENED, row, tx, {"until": until.isoformat(timespec="seconds")})
    return ViewOpened(token=opened.token, expires_at=until)


async def end_view(token: str, tx: Transaction) -> None:
    """Ends the read-only session of this token, and nothing where it has ended already."""
    view = await tx.driver.fetchval(
        "SELECT view FROM sessions WHERE token_hash = $1 AND read_only AND ended_at IS NULL", secret.hash_of(token)
    )
    if view is not None:
        await _end("id = $1", view, tx)


async def end_of_requesters(requesters: list[UUID], tx: Transaction) -> None:
    """Ends what these members of staff or systems look at, and the addresses that they have not opened yet."""
    await _end("requester = ANY($1)", requesters, tx)


async def end_of_contacts(contacts: list[UUID], tx: Transaction) -> None:
    """Ends every look at these contacts' portals."""
    await _end("contact = ANY($1)", contacts, tx)


async def _waiting(impersonation: UUID, key: str, tx: Transaction) -> Mapping[str, Any]:
    row = await tx.driver.fetchrow(FIND, impersonation, secret.hash_of(key))
    if row is None:
        raise NotFound
    if row["opened_at"] is not None or row["ended_at"] is not None or not row["in_time"]:
        raise LinkOver
    return dict(row)


async def _end(which: str, value: object, tx: Transaction) -> None:
    for row in await tx.driver.fetch(ENDED.format(which), value):
        if row["session"] is not None:
            await sessions.end(row["session"], tx)
            await _record(What.VIEW_ENDED, row, tx, {})


async def _record(what: What, row: Mapping[str, Any], tx: Transaction, facts: dict[str, str]) -> None:
    doer = Doer(kind=row["requester_kind"], id=str(row["requester"]), name=_agent(row).name)
    facts = {**facts, "impersonation": str(row["id"])}
    await activities.record(what, doer, tx, account=row["account"], contact=row["contact"], facts=facts)


def _agent(row: Mapping[str, Any]) -> Actor:
    return Actor.model_validate_json(row["agent"])
