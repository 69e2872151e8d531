"""Payments: the receipts of an account, newest first, reversals shown as reversals."""

import json
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg

from contracts.policy.money import Money
from contracts.policy.payments import ListPayments, Payment, PaymentLine, PaymentList
from kit.database import Transaction

from .freshness import freshness_of
from .masks import without_numbers
from .pages import beginning, cursor_after, place_of
from .summaries import money

NUMBER = beginning("r.number")
OF_ACCOUNT = f"""
SELECT r.id, r.number, {NUMBER} AS sorted, r.received_on, r.amount, r.currency, r.method, r.payer, r.lines,
       r.reverses AS reverses_id, r.reference, r.received_by, r.balance,
       coalesce(o.number, '') AS reverses, coalesce(b.number, '') AS reversed_by,
       (SELECT coalesce(jsonb_object_agg(p.ams_id, jsonb_build_array(p.id, p.number)), '{{}}'::jsonb) FROM policies p
        WHERE p.agency = r.agency AND p.account_ams_id = a.ams_id AND NOT p.deleted AND r.policies ? p.ams_id) AS known
FROM accounts a
JOIN receipts r ON r.agency = a.agency AND r.account_ams_id = a.ams_id AND NOT r.deleted
LEFT JOIN receipts o ON o.agency = r.agency AND o.ams_id = r.reverses AND o.account_ams_id = a.ams_id AND NOT o.deleted
LEFT JOIN LATERAL (
  SELECT min(t.number) AS number FROM receipts t
  WHERE t.agency = r.agency AND t.reverses = r.ams_id AND t.reverses <> '' AND t.account_ams_id = a.ams_id
    AND NOT t.deleted) b ON true
WHERE a.id = $1 AND NOT a.deleted
  AND ($2::uuid IS NULL OR r.policies ? (SELECT p.ams_id FROM policies p
       WHERE p.id = $2 AND p.account_ams_id = a.ams_id AND NOT p.deleted))
"""
NEWEST_FIRST = f" ORDER BY r.received_on DESC, {NUMBER} DESC, r.id DESC LIMIT $3"
FIRST_PAGE = f"{OF_ACCOUNT}{NEWEST_FIRST}"
NEXT_PAGE = f"{OF_ACCOUNT} AND (r.received_on, {NUMBER}, r.id) < ($4::date, $5::text, $6::uuid){NEWEST_FIRST}"
PLACE = (date.fromisoformat, str, UUID)


async def list_for(account: UUID, request: ListPayments, tx: Transaction) -> PaymentList:
    """A page of the account's payments, all or those for one of its policies."""
    place = place_of(request.cursor, "payments", PLACE)
    query = NEXT_PAGE if place else FIRST_PAGE
    rows = await tx.driver.fetch(query, account, request.policy, request.limit + 1, *(place or ()))
    fresh = await freshness_of(tx)
    shown, more = rows[: request.limit], len(rows) > request.limit
    return PaymentList(
        items=[_payment(row) for row in shown],
        cursor=cursor_after("payments", [shown[-1][name] for name in ("received_on", "sorted", "id")])
        if more
        else None,
        as_of=fresh.as_of,
        feed=fresh.feed,
    )


def _payment(row: asyncpg.Record) -> Payment:
    known: dict[str, tuple[str, str]] = json.loads(row["known"])
    return Payment(
        id=row["id"],
        number=row["number"],
        # a reversal whose original the agency's system never told is one all the same
        kind="reversal" if row["reverses_id"] or row["amount"] < 0 else "payment",
        received_on=row["received_on"],
        amount=Money(amount=row["amount"], currency=row["currency"]),
        method=without_numbers(row["method"]),
        payer=row["payer"],
        reverses=row["reverses"],
        reversed_by=row["reversed_by"],
        lines=[_line(line, known) for line in json.loads(row["lines"])],
        reference=without_numbers(row["reference"]),
        received_by=row["received_by"],
        balance=money(row["balance"], row["currency"]),
    )


def _line(line: dict[str, Any], known: dict[str, tuple[str, str]]) -> PaymentLine:
    policy, number = known.get(line["policy"], (None, ""))
    return PaymentLine(
        description=without_numbers(line["description"]),
        amount=line["amount"],
        policy=UUID(policy) if policy else None,
        number=number,
        type=line.get("type", ""),
    )
