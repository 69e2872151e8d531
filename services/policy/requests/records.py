"""Requests as they are read: by the account's people, in lists and in full."""

import json
from typing import Any
from uuid import UUID

import asyncpg

from contracts.kinds import NotFound
from contracts.policy.acknowledgement import TEXTS, VERSION
from contracts.policy.requests import (
    Acknowledgement,
    ListRequests,
    RequestList,
    RequestMessage,
    RequestRecord,
    RequestSummary,
)
from contracts.principal import Principal
from kit.database import Transaction
from services.policy.pages import cursor_after, moment, place_of, rank

OPEN = "r.status NOT IN ('done', 'declined')"
SUMMARY = (
    f"SELECT r.id, r.kind, r.status, {OPEN} AS open, r.made_at, r.changed_at, r.contact_name AS made_by, r.contact,"
    " r.policy, r.policy_number, r.line, r.subject, r.effective_on"
)
FULL = ", r.form, r.vehicle_name, r.warnings, r.acknowledged_version, r.acknowledged_language"
STATES = {"open": f"AND {OPEN}", "closed": f"AND NOT ({OPEN})", "all": ""}
MESSAGES = "SELECT id, at, by, by_id, name, text, status FROM request_messages WHERE request = $1 ORDER BY at, id"
NEWEST = f"(({OPEN})::int, r.changed_at, r.id)"  # open ones first, then by the newest change
PLACE = (rank, moment, UUID)
ON_HOME = 5


async def list_for(account: UUID, wanted: ListRequests, who: Principal, tx: Transaction) -> RequestList:
    """A page of the account's requests, the open ones first."""
    after = place_of(wanted.cursor, "requests", PLACE)
    rows = await tx.driver.fetch(
        f"{SUMMARY} FROM requests r WHERE r.agency = $1 AND r.account = $2 {STATES[wanted.status]}"
        f" AND ($4::int IS NULL OR {NEWEST} < ($4, $5::timestamptz, $6::uuid))"
        f" ORDER BY {NEWEST} DESC LIMIT $3",
        *(tx.agency, account, wanted.limit + 1, *(after or (None, None, None))),
    )
    return RequestList(
        items=[RequestSummary(**summary(row, who)) for row in rows[: wanted.limit]],
        open=await _open(account, tx),
        cursor=cursor_after("requests", place(rows[wanted.limit - 1])) if len(rows) > wanted.limit else None,
        acknowledgement=Acknowledgement(version=VERSION, texts=TEXTS[VERSION]),
    )


async def home(account: UUID, who: Principal, tx: Transaction) -> list[RequestSummary]:
    """The account's open requests for Home, the newest change first."""
    rows = await tx.driver.fetch(
        f"{SUMMARY} FROM requests r WHERE r.agency = $1 AND r.account = $2 AND {OPEN}"
        " ORDER BY r.changed_at DESC, r.id LIMIT $3",
        *(tx.agency, account, ON_HOME),
    )
    return [RequestSummary(**summary(row, who)) for row in rows]


async def one(account: UUID, request: UUID, who: Principal, tx: Transaction) -> RequestRecord:
    """A request of the account in full; raises NotFound for any other."""
    row = await tx.driver.fetchrow(
        f"{SUMMARY}{FULL} FROM requests r WHERE r.agency = $1 AND r.account = $2 AND r.id = $3",
        *(tx.agency, account, request),
    )
    if row is None:
        raise NotFound
    return RequestRecord(**await full(row, who, tx))


def place(row: asyncpg.Record) -> tuple[object, ...]:
    """Where a row stands in the list that begins with the newest open one."""
    return int(row["open"]), row["changed_at"], row["id"]


def summary(row: asyncpg.Record, who: Principal) -> dict[str, Any]:
    """What a list shows of a row."""
    facts = {name: value for name, value in row.items() if name in RequestSummary.model_fields}
    return {**facts, "mine": row["contact"] == who.sub}


async def full(row: asyncpg.Record, who: Principal, tx: Transaction) -> dict[str, Any]:
    """Everything about a row, with its conversation."""
    said = await tx.driver.fetch(MESSAGES, row["id"])
    return {
        **summary(row, who),
        "form": json.loads(row["form"]),
        "vehicle_name": row["vehicle_name"],
        "warnings": json.loads(row["warnings"]),
        "acknowledged": TEXTS[row["acknowledged_version"]][row["acknowledged_language"]],
        "acknowledged_version": row["acknowledged_version"],
        "acknowledged_language": row["acknowledged_language"],
        "acknowledged_at": row["made_at"],
        "messages": [_message(each, who) for each in said],
    }


def _message(row: asyncpg.Record, who: Principal) -> RequestMessage:
    facts = {name: value for name, value in row.items() if name != "by_id"}
    return RequestMessage(**facts, mine=row["by_id"] == who.sub)


async def _open(account: UUID, tx: Transaction) -> int:
    found: int = await tx.driver.fetchval(
        f"SELECT count(*) FROM requests r WHERE r.agency = $1 AND r.account = $2 AND {OPEN}", tx.agency, account
    )
    return found
