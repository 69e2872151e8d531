"""One policy in full."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg

from contracts import ams
from contracts.kinds import NotFound
from contracts.policy.billing import Billing, Invoice
from contracts.policy.policies import CarrierCard, Policy
from kit.database import Transaction

from . import insured
from .billers import biller_of
from .changes import changes, term_summary
from .freshness import freshness_of
from .history import neighbours, terms_of
from .summaries import OF_ACCOUNT, SUMMARY, money, summary
from .terms import today_in

ONE = f"""
{SUMMARY}, a.name AS account_name, t.term_months, p.billing, p.raw_line, p.raw_status, t.raw, p.raw AS newest,
  coalesce((SELECT g.details ->> 'time_zone' FROM agencies g WHERE g.id = p.agency), '') AS zone,
  c.phone, c.payment_url, c.claim_url, c.claim_phone, c.parent, c.naic, c.lines -> p.line AS of_line,
  (SELECT w.name FROM carriers w WHERE w.agency = p.agency AND w.ams_id = p.writing_carrier_ams_id
     AND w.ams_id <> p.carrier_ams_id AND NOT w.deleted) AS writing_company
{OF_ACCOUNT} AND p.id = $2
"""


async def one(account: UUID, policy: UUID, tx: Transaction) -> Policy:
    """A policy of the account in full; raises NotFound for any other."""
    row = await tx.driver.fetchrow(ONE, account, policy)
    if row is None:
        raise NotFound
    terms = await terms_of(row, tx)
    fresh = await freshness_of(tx)
    data = ams.Policy.model_validate_json(row["raw"])
    before, after = neighbours(terms, data.effective)
    names, currency = insured.names_of(data), row["currency"]
    return Policy(
        **summary(row),
        term_months=row["term_months"],
        billing=row["billing"],
        carrier_details=_carrier(row),
        named_insureds=data.named_insureds or [row["account_name"]],
        coverages=insured.coverages(data.coverages, names),
        insured_vehicles=[insured.vehicle(each) for each in data.vehicles],
        drivers=[insured.driver(each) for each in data.drivers],
        as_of=fresh.as_of or datetime.now(UTC),
        feed=fresh.feed,
        raw_line=row["raw_line"],
        raw_status=row["raw_status"],
        discounts=insured.discounts(data, names, currency),
        locations=[insured.location(each) for each in data.locations],
        interests=insured.interests(data, names, today_in(data.time_zone, row["zone"])),
        billing_details=_billing(ams.Policy.model_validate_json(row["newest"])),
        terms=[term_summary(each, currency) for each in terms.values()],
        since_last_term=changes(before, data, currency) if before else None,
        at_renewal=changes(data, after, currency) if after and row["standing"] != "past" else None,
    )


def _carrier(row: asyncpg.Record) -> CarrierCard:
    """A carrier with what it has for this line of business, else for all."""
    of_line: dict[str, Any] = json.loads(row["of_line"] or "{}")
    return CarrierCard(
        name=row["carrier"],
        writing_company=row["writing_company"] or "",
        parent=row["parent"] or "",
        naic=row["naic"] or "",
        **{name: of_line.get(name) or row[name] or "" for name in ("phone", "claim_phone", "payment_url", "claim_url")},
    )


def _billing(data: ams.Policy) -> Billing:
    return Billing(
        biller=biller_of(data.billing_type, data.billing),
        text=data.billing,
        raw=data.billing_type,
        pay_plan=data.pay_plan,
        balance=money(data.balance, data.currency),
        invoices=[
            Invoice(
                number=each.number,
                due_on=each.due_on,
                total=money(each.total, data.currency),
                balance=money(each.balance, data.currency),
            )
            for each in data.invoices
        ],
    )
