"""A policy's terms, whichever way the AMS told them: in the policy, one after another, or as policies of their own."""

from collections.abc import Mapping
from datetime import date

import asyncpg

from contracts import ams
from kit.database import Transaction

EARLIER = """
SELECT o.raw FROM policy_terms o JOIN policies p ON p.agency = o.agency AND p.ams_id = o.policy
WHERE p.id = $1 AND o.account_ams_id = p.account_ams_id AND (o.ends_at <= p.starts_at OR o.starts_at >= p.ends_at)
ORDER BY o.effective DESC LIMIT 20
"""
# the one that it renews and the one that renews it, if they are of the same account
LINKED = """
SELECT o.raw FROM policies p
JOIN policies o ON o.agency = p.agency AND o.account_ams_id = p.account_ams_id AND NOT o.deleted AND o.id <> p.id
  AND (o.ams_id = p.renews OR o.renews = p.ams_id)
WHERE p.id = $1 LIMIT 20
"""


async def terms_of(policy: asyncpg.Record, tx: Transaction) -> dict[date, ams.Term]:
    """Every term that is known of a policy (a row with `id` and its newest `raw`), by its first day, newest first.

    What the policy itself tells of a term stands over what was kept of it.
    """
    known: dict[date, ams.Term] = {}
    for row in (*await tx.driver.fetch(LINKED, policy["id"]), *await tx.driver.fetch(EARLIER, policy["id"])):
        term = ams.Policy.model_validate_json(row["raw"])
        known[term.effective] = term
    newest = ams.Policy.model_validate_json(policy["newest"])
    known.update({term.effective: term for term in newest.terms})
    known[newest.effective] = newest
    return dict(sorted(known.items(), reverse=True))


def neighbours(terms: Mapping[date, ams.Term], shown: date) -> tuple[ams.Term | None, ams.Term | None]:
    """The term before the one that begins that day, and the one after it."""
    earlier = [day for day in terms if day < shown]
    later = [day for day in terms if day > shown]
    return terms[max(earlier)] if earlier else None, terms[min(later)] if later else None
