"""The list of an account's policies: searched, filtered, sorted and paged by the database."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID
from zlib import crc32

from contracts.policy.policies import ListPolicies, PolicyList, PolicySummary
from kit.database import Transaction

from .freshness import freshness_of
from .pages import beginning, cursor_after, place_of
from .summaries import OF_ACCOUNT, SUMMARY, summary
from .terms import standing

NUMBER, CARRIER = beginning("p.number"), beginning("lower(coalesce(c.name, ''))")
LINE = beginning("coalesce($7::jsonb ->> p.line, lower(p.line))")  # by what its reader calls it
# each order by SQL expressions, with their types and how a cursor's text becomes one; the last is unique
ORDER: dict[str, tuple[tuple[str, str, Callable[[str], Any]], ...]] = {
    "renewal": (("t.expiration", "date", date.fromisoformat), (NUMBER, "text", str), ("p.id", "uuid", UUID)),
    "line": ((LINE, "text", str), ("t.expiration", "date", date.fromisoformat), ("p.id", "uuid", UUID)),
    "carrier": (
        (CARRIER, "text", str),
        ("t.expiration", "date", date.fromisoformat),
        ("p.id", "uuid", UUID),
    ),
    "number": ((NUMBER, "text", str), ("p.id", "uuid", UUID)),
}
FOUND = """
 AND ($2 = '' OR p.line = $2)
 AND ($3 = '' OR p.line = ANY($4) OR p.number ILIKE $3 OR p.description ILIKE $3 OR c.name ILIKE $3
      OR p.line ILIKE $3 OR p.raw_line ILIKE $3
      OR EXISTS (SELECT FROM jsonb_each_text(t.vehicle_names) v WHERE v.value ILIKE $3))
"""


def page_query(sort: str, *, after: bool) -> str:
    """The SQL of a page in this order.

    Its arguments: account, line, search pattern, lines that it names, limit, standing, names of lines, place.
    """
    keys = ORDER[sort]
    order = ", ".join(expression for expression, _, _ in keys)
    place = ", ".join(f"${number}::{kind}" for number, (_, kind, _) in enumerate(keys, 8))
    return (
        f"{SUMMARY}, ARRAY[{', '.join(f'{expression}::text' for expression, _, _ in keys)}] AS place"
        f"{OF_ACCOUNT} AND ($6 = 'all' OR {standing('t')} = $6) AND $7::jsonb IS NOT NULL{FOUND}"
        f"{f' AND ({order}) > ({place})' if after else ''} ORDER BY {order} LIMIT $5"
    )


PAGES = {(sort, after): page_query(sort, after=after) for sort in ORDER for after in (False, True)}
LINES = (
    "SELECT DISTINCT p.line FROM accounts a"
    " JOIN policies p ON p.agency = a.agency AND p.account_ams_id = a.ams_id AND NOT p.deleted"
    " WHERE a.id = $1 AND NOT a.deleted ORDER BY p.line"
)


async def list_for(account: UUID, request: ListPolicies, tx: Transaction) -> PolicyList:
    """The account's policies of one standing, searched in all that people call them by, and sorted."""
    names = json.dumps(request.line_names, sort_keys=True)
    # a cursor of one language leads nowhere in another
    order = f"line {crc32(names.encode()):x}" if request.sort == "line" else request.sort
    place = place_of(request.cursor, order, [read for _, _, read in ORDER[request.sort]])
    rows = await tx.driver.fetch(
        PAGES[request.sort, place is not None],
        account,
        request.line,
        pattern_of(request.q),
        request.q_lines,
        request.limit + 1,
        request.status,
        names,
        *(place or ()),
    )
    lines = await tx.driver.fetch(LINES, account)
    fresh = await freshness_of(tx)
    shown = rows[: request.limit]
    return PolicyList(
        items=[PolicySummary(**summary(row)) for row in shown],
        lines=[row["line"] for row in lines],
        cursor=cursor_after(order, shown[-1]["place"]) if len(rows) > request.limit else None,
        as_of=fresh.as_of,
        feed=fresh.feed,
    )


def pattern_of(text: str) -> str:
    """What ILIKE finds a text by anywhere; empty for none."""
    sought = text.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{sought}%" if sought else ""
