"""Accounts as the agency sees them: found by name, number, or by a contact's name, e-mail or telephone number."""

import base64
import binascii
import json
import re
from uuid import UUID

import asyncpg

from contracts.identity.accounts import (
    AccountFound,
    AccountRecord,
    AccountsFound,
    ContactRecord,
    FindAccounts,
    GetAccount,
)
from contracts.kinds import NotFound
from kit.database import Transaction

from .contacts import HAS_ACCESS

# each branch reads one index by the beginning of a key; comparisons of texts are leakproof, so that row-level security
# lets the index answer them, which it does not for LIKE
BEGINS = "SELECT a.id FROM accounts a WHERE NOT a.deleted AND a.{key} >= $3 AND a.{key} < $3 || chr(1114111)"
HAS_ONE_THAT_BEGINS = """
SELECT a.id FROM contacts c JOIN accounts a ON a.agency = c.agency AND a.ams_id = c.account_ams_id
WHERE NOT c.deleted AND NOT a.deleted AND c.{key} <> '' AND c.{key} >= $3 AND c.{key} < $3 || chr(1114111)
"""
BY_WORD = " UNION ".join(
    (
        *(BEGINS.format(key=key) for key in ("name_key", "number_key")),
        *(HAS_ONE_THAT_BEGINS.format(key=key) for key in ("first_key", "last_key", "email_key")),
    )
)
BY_NUMBER = " UNION ".join((BEGINS.format(key="number_key"), HAS_ONE_THAT_BEGINS.format(key="phone_key")))
PEOPLE = "FROM contacts c WHERE c.agency = a.agency AND c.account_ams_id = a.ams_id AND NOT c.deleted"
LINES = f"""
SELECT a.id, a.name, a.name_key, a.number, a.city, a.state,
       ARRAY(SELECT trim(c.first_name || ' ' || c.last_name) {PEOPLE}
             ORDER BY array_position(ARRAY['primary', 'second', 'additional'], c.role), c.last_name, c.id) AS people
FROM accounts a
WHERE NOT a.deleted AND (a.name_key, a.id) > ($1, $2) {{found}}
ORDER BY a.name_key, a.id LIMIT {{limit}}
"""
FITS = f"""
AND NOT EXISTS (
  SELECT 1 FROM unnest($4::text[]) word
  WHERE strpos(a.name_key || ' ' || a.number_key, word) = 0
    AND NOT EXISTS (SELECT 1 {PEOPLE} AND strpos(c.first_key || ' ' || c.last_key || ' ' || c.email_key, word) > 0)
)
"""
CONTACTS = f"""
SELECT c.id, trim(c.first_name || ' ' || c.last_name) AS name, c.role, c.email, c.mobile, c.phone, c.language, c.access,
       ({HAS_ACCESS}) AS enters,
       CASE WHEN c.role = 'primary' THEN 'primary' WHEN c.email = '' THEN 'no-email' ELSE 'free' END AS toggle
FROM contacts c
"""
BY_ROLE = " ORDER BY array_position(ARRAY['primary', 'second', 'additional'], c.role), c.last_name, c.first_name, c.id"
FEWEST_DIGITS = 3  # that make a search one for a number


async def find(wanted: FindAccounts, tx: Transaction) -> AccountsFound:
    """A page of accounts by name: those that begin like the search, or where none does, those that contain it."""
    name, last, anywhere = _opened(wanted.cursor)
    words = wanted.q.lower().replace(",", " ").split()  # "Rivera, Pat", as lists have it
    rows = await _lines(words, name, last, wanted.limit, anywhere, tx)
    if words and not rows and not wanted.cursor:
        anywhere = True
        rows = await _lines(words, name, last, wanted.limit, anywhere, tx)
    page = rows[: wanted.limit]
    more = len(rows) > len(page)
    return AccountsFound(
        items=[AccountFound(**{field: row[field] for field in AccountFound.model_fields}) for row in page],
        cursor=_closed(page[-1]["name_key"], page[-1]["id"], anywhere) if more else None,
    )


async def _lines(
    words: list[str], name: str, last: UUID, limit: int, anywhere: bool, tx: Transaction
) -> list[asyncpg.Record]:
    """The accounts after a place in the list, and one more than the page holds."""
    digits = re.sub(r"[^0-9]", "", "".join(words))
    if not words:
        found, values = "", []
    elif anywhere:
        found, values = "AND $3 = ''" + FITS, ["", words]  # scans the agency's accounts
    elif len(digits) >= FEWEST_DIGITS and re.fullmatch(r"[0-9+(). -]+", " ".join(words)):
        found, values = f"AND a.id IN ({BY_NUMBER})", [digits[-10:]]
    else:
        found, values = f"AND a.id IN ({BY_WORD})" + FITS, [words[0], words[1:]]
    return await tx.driver.fetch(LINES.format(found=found, limit=limit + 1), name, last, *values)


async def one(wanted: GetAccount, tx: Transaction) -> AccountRecord:
    """An account with its contacts; raises NotFound."""
    row = await tx.driver.fetchrow(
        "SELECT id, ams_id, name, number, street, city, state, postal_code FROM accounts"
        " WHERE NOT deleted AND (id = $1 OR number_key = lower($2) AND number_key <> '') ORDER BY id LIMIT 1",
        *(wanted.account, "" if wanted.account else wanted.number.strip()),
    )
    if row is None:
        raise NotFound
    rows = await tx.driver.fetch(CONTACTS + " WHERE c.account_ams_id = $1 AND NOT c.deleted" + BY_ROLE, row["ams_id"])
    return AccountRecord(**dict(row), contacts=[ContactRecord(**dict(contact)) for contact in rows])


async def contact(wanted: UUID, tx: Transaction) -> ContactRecord:
    """One contact as the agency sees it; raises NotFound."""
    row = await tx.driver.fetchrow(CONTACTS + " WHERE c.id = $1 AND NOT c.deleted", wanted)
    if row is None:
        raise NotFound
    return ContactRecord(**dict(row))


def _closed(name: str, account: UUID, anywhere: bool) -> str:
    return base64.urlsafe_b64encode(json.dumps([name, str(account), anywhere]).encode()).decode()


def _opened(cursor: str) -> tuple[str, UUID, bool]:
    """Where the page begins; at the start for a cursor that is none of ours."""
    try:
        name, account, anywhere = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        return str(name).replace("\0", ""), UUID(account), bool(anywhere)
    except (binascii.Error, ValueError, TypeError, AttributeError):
        return "", UUID(int=0), False
