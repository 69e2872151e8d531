"""Contacts: who may enter an agency's portal with an e-mail address, and to which accounts."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

import asyncpg

from contracts.identity.agencies import Language
from contracts.identity.contacts import AccountChoice, Me, Person
from contracts.kinds import SignInRequired
from contracts.principal import Principal
from kit.database import Transaction

# Client Center access: the primary contact by having a primary e-mail, everyone else by the toggle
HAS_ACCESS = "NOT c.deleted AND c.email <> '' AND (c.role = 'primary' OR c.access)"
MOST_ACCOUNTS = 3  # an address on more accounts than this is a placeholder that someone typed to fill a field

# by a column with an index: with row-level security no index answers a comparison of lower(email), see accounts.BEGINS
BY_EMAIL = f"""
SELECT c.id, c.ams_id, c.account_ams_id, c.role, c.first_name, c.last_name, c.email, c.mobile, c.language,
       a.id AS account, a.name AS account_name, a.number AS account_number
FROM contacts c JOIN accounts a ON a.agency = c.agency AND a.ams_id = c.account_ams_id AND NOT a.deleted
WHERE c.email_key = lower($1) AND c.email_key <> '' AND {HAS_ACCESS}
ORDER BY a.name, a.id, array_position(ARRAY['primary', 'second', 'additional'], c.role), c.id
"""
# in the order in which the AMS's events change them; who waited for such a change then finds what it left
HELD = " FOR SHARE OF a, c"
ALLOWED = "SELECT 1 FROM shared_addresses WHERE email = lower($1)"


@dataclass(frozen=True)
class Entrant:
    """A contact who may enter, and the account that it is on; `ams_id` and `account_ams_id` are what the AMS says.

    `held` says that it may enter until the transaction ends: only such people are let in.
    """

    id: UUID
    ams_id: str
    account_ams_id: str
    role: Literal["primary", "second", "additional"]
    name: str
    email: str
    mobile: str
    language: Language | None
    account: AccountChoice
    held: bool = False


async def with_email(email: str, transaction: Transaction, *, hold: bool = False) -> list[Entrant]:
    """Everyone who may enter with this address: each contact of each account, by account and then by role.

    Nobody where it is on too many accounts, unless staff have looked at it and allowed it. Of those who are held nobody
    takes access, address or account away before the transaction ends: whoever does waits here, and then finds the
    session that was opened.
    """
    held = HELD if hold else ""
    rows = await transaction.driver.fetch(BY_EMAIL + held, email.strip())
    placeholder = len({row["account"] for row in rows}) > MOST_ACCOUNTS
    if placeholder and not await transaction.driver.fetch(ALLOWED + (" FOR SHARE" if hold else ""), email.strip()):
        return []
    return [_entrant(row, held=hold) for row in rows]


def _entrant(row: asyncpg.Record, *, held: bool) -> Entrant:
    name = f"{row['first_name']} {row['last_name']}".strip()
    return Entrant(
        row["id"],
        row["ams_id"],
        row["account_ams_id"],
        row["role"],
        name,
        row["email"],
        row["mobile"],
        row["language"] or None,
        AccountChoice(
            id=row["account"],
            name=row["account_name"],
            number=row["account_number"],
            contact=row["id"],
            contact_name=name,
        ),
        held,
    )


async def name_of(contact: UUID, transaction: Transaction) -> str:
    """A contact's name, also of one who has no access any more."""
    name: str | None = await transaction.driver.fetchval(
        "SELECT trim(first_name || ' ' || last_name) FROM contacts WHERE id = $1", contact
    )
    return name or ""


async def me(principal: Principal, transaction: Transaction) -> Me:
    """The signed-in person and the open account; raises SignInRequired when the access is gone meanwhile."""
    row = await transaction.driver.fetchrow(
        "SELECT c.*, a.id AS account, a.name AS account_name, a.number AS account_number, g.details"
        " ->> 'default_language' AS default_language,"
        # the address that the session was opened with: what it may switch to
        " coalesce((SELECT s.email FROM sessions s WHERE s.id = $4), c.email) AS entered_with"
        " FROM contacts c JOIN accounts a ON a.agency = c.agency AND a.ams_id = c.account_ams_id AND NOT a.deleted"
        " JOIN agencies g ON g.id = c.agency"
        # staff may also look at the portal of somebody who has no access, or none yet
        f" WHERE c.id = $1 AND a.id = $2 AND NOT c.deleted AND ($3 OR {HAS_ACCESS})",
        principal.sub,
        principal.account,
        principal.read_only,
        principal.sid,
    )
    if row is None:
        raise SignInRequired
    name = f"{row['first_name']} {row['last_name']}".strip()
    others = [] if principal.read_only else await with_email(row["entered_with"], transaction)
    return Me(
        contact=Person(
            id=row["id"],
            name=name,
            role=row["role"],
            email=row["email"] or None,
            mobile=row["mobile"] or None,
        ),
        account=AccountChoice(
            id=row["account"],
            name=row["account_name"],
            number=row["account_number"],
            contact=row["id"],
            contact_name=name,
        ),
        accounts=max(1, len(others)),
        language=row["language"] or row["default_language"],
        read_only=principal.read_only,
    )
