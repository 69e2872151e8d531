"""The chain of an agency's activity, read part by part for those who check or keep it."""

import json
from typing import Any

from contracts.identity.activities import Chain, Link, ReadChain
from kit.database import Transaction

SIGNED = "SELECT number, signature FROM signed_heads WHERE agency = $1 AND number > $2 ORDER BY number LIMIT $3"
HEAD = "SELECT number, hash FROM activity_heads WHERE agency = $1"
LINKS = """
SELECT agency, number, at, what, doer, account, contact, facts, previous, hash FROM activities
WHERE agency = $1 AND number > $2 ORDER BY number LIMIT $3
"""


async def read(wanted: ReadChain, tx: Transaction) -> Chain:
    """The part after an entry's number, just as it is in the database."""
    # in this order: what is appended meanwhile must not look like something that is missing
    signed = await tx.driver.fetch(SIGNED, tx.agency, wanted.after, wanted.limit)
    head = await tx.driver.fetchrow(HEAD, tx.agency)
    rows = await tx.driver.fetch(LINKS, tx.agency, wanted.after, wanted.limit)
    return Chain(
        agency=tx.agency,
        links=[_link(row) for row in rows],
        number=head["number"] if head else 0,
        hash=head["hash"].hex() if head else "",
        signed=[row["signature"] for row in signed if not rows or row["number"] <= rows[-1]["number"]],
    )


def _link(row: Any) -> Link:
    return Link(
        **{name: row[name] for name in ("agency", "number", "at", "what", "account", "contact")},
        doer=json.loads(row["doer"]),
        facts=json.loads(row["facts"]),
        previous=row["previous"].hex(),
        hash=row["hash"].hex(),
    )
