"""Activity: what was done, appended to the agency's chain in the transaction that does it."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from contracts.identity.activities import Doer, What
from kit.database import Transaction

START = bytes(32)  # what the first entry of a chain follows


async def record(
    what: What,
    doer: Doer,
    tx: Transaction,
    *,
    account: UUID | None = None,
    contact: UUID | None = None,
    facts: Mapping[str, str] | None = None,
) -> None:
    """Appends an entry to the chain of the transaction's agency; others of that agency wait for its commit.

    Call it last in a transaction. `facts` are short texts for the person who reads it: never a code or a secret.
    """
    head = await tx.driver.fetchrow(
        "INSERT INTO activity_heads AS h (agency, number, hash) VALUES ($1, 0, $2)"
        " ON CONFLICT (agency) DO UPDATE SET number = h.number RETURNING number, hash",
        tx.agency,
        START,
    )
    assert head is not None
    entry: dict[str, Any] = {
        "agency": str(tx.agency),
        "number": head["number"] + 1,
        "at": datetime.now(UTC).isoformat(timespec="microseconds"),
        "what": what.value,
        "doer": doer.model_dump(),
        "account": str(account) if account else None,
        "contact": str(contact) if contact else None,
        "facts": dict(facts or {}),
    }
    digest = digest_of(head["hash"], entry)
    await tx.driver.execute(
        "INSERT INTO activities (agency, number, at, what, doer, account, contact, facts, previous, hash)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        tx.agency,
        entry["number"],
        datetime.fromisoformat(entry["at"]),
        entry["what"],
        json.dumps(entry["doer"]),
        account,
        contact,
        json.dumps(entry["facts"]),
        head["hash"],
        digest,
    )
    await tx.driver.execute(
        "UPDATE activity_heads SET number = $2, hash = $3 WHERE agency = $1", tx.agency, entry["number"], digest
    )


def digest_of(previous: bytes, entry: Mapping[str, Any]) -> bytes:
    """The hash of an entry: SHA-256 over the hash before it and the entry in RFC 8785 form (texts and integers)."""
    canonical = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(previous + canonical.encode()).digest()
