"""Payments: the receipts of an account, newest first, reversals shown as reversals."""

import json
from typing import Any
from uuid import UUID

import asyncpg

from contracts.policy.money import Money
from contracts.policy.payments import ListPayments, Payment, PaymentLine, PaymentList
from kit.database import Transaction

from .pages import cursor_to, offset_of
from .policies import as_of

OF_ACCOUNT = """
SELECT r.id, r.number, r.received_on, r.amount, r.currency, r.method, r.payer, r.lines, r.reverses AS reverses_id,
       coalesce(o.number, '') AS reverses, coalesce(b.number, '') AS reversed_by,
       (SELECT coalesce(jsonb_object_agg(p.ams_id, jsonb_build_array(p.id, p.number)), '{}'::jsonb) FROM policies p
        WHERE p.agency = r.agency AND p.account_ams_id = a.ams_id AND NOT p.deleted AND r.policies ? p.ams_id) AS known
FROM accounts a
JOIN receipts r ON r.agency = a.agency AND r.account_ams_id = a.ams_id AND NOT r.deleted
LEFT JOIN receipts o ON o.agency = r.agency AND o.ams_id = r.reverses AND o.account_ams_id = a.ams_id AND NOT o.deleted
LEFT JOIN LATERAL (
  SELECT min(t.number) AS number FROM receipts t
  WHERE t.agency = r.agency AND t.account_ams_id = a.ams_id AND t.reverses = r.ams_id AND NOT t.deleted) b ON true
WHERE a.id = $1 AND NOT a.deleted
  AND ($2::uuid IS NULL OR r.policies ? (SELECT p.ams_id FROM policies p
       WHERE p.id = $2 AND p.account_ams_id = a.ams_id AND NOT p.deleted))
ORDER BY r.received_on DESC, r.number DESC, r.id LIMIT $3 OFFSET $4
"""


async def list_for(account: UUID, request: ListPayments, tx: Transaction) -> PaymentList:
    """A page of the account's payments, all or those for one of its policies."""
    offset = offset_of(request.cursor)
    rows = await tx.driver.fetch(OF_ACCOUNT, account, request.policy, request.limit + 1, offset)
    return PaymentList(
        items=[_payment(row) for row in rows[: request.limit]],
        cursor=cursor_to(offset + request.limit) if len(rows) > request.limit else None,
        as_of=await as_of(tx),
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
        method=row["method"],
        payer=row["payer"],
        reverses=row["reverses"],
        reversed_by=row["reversed_by"],
        lines=[_line(line, known) for line in json.loads(row["lines"])],
    )


def _line(line: dict[str, Any], known: dict[str, tuple[str, str]]) -> PaymentLine:
    policy, number = known.get(line["policy"], (None, ""))
    return PaymentLine(
        description=line["description"], amount=line["amount"], policy=UUID(policy) if policy else None, number=number
    )
