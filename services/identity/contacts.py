"""Contacts: who may enter an agency's portal with an e-mail address, and to which accounts."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from contracts.identity.agencies import Language
from contracts.identity.contacts import AccountChoice, Me, Person
from contracts.kinds import SignInRequired
from contracts.principal import Principal
from kit.database import Transaction

# Client Center access: the primary contact by having a primary e-mail, everyone else by the toggle
HAS_ACCESS = "NOT c.deleted AND c.email <> '' AND (c.role = 'primary' OR c.access)"
MOST_ACCOUNTS = 3  # an address on more accounts than this is a placeholder that someone typed to fill a field

BY_EMAIL = f"""
SELECT c.id, c.role, c.first_name, c.last_name, c.email, c.mobile, c.language,
       a.id AS account, a.name AS account_name, a.number AS account_number
FROM contacts c JOIN accounts a ON a.agency = c.agency AND a.ams_id = c.account_ams_id AND NOT a.deleted
WHERE lower(c.email) = lower($1) AND {HAS_ACCESS}
ORDER BY a.name, a.id, array_position(ARRAY['primary', 'second', 'additional'], c.role), c.id
"""


@dataclass(frozen=True)
class Entrant:
    """A contact who may enter, and the account that it is on."""

    id: UUID
    role: Literal["primary", "second", "additional"]
    name: str
    email: str
    mobile: str
    language: Language | None
    account: AccountChoice


async def with_email(email: str, transaction: Transaction) -> list[Entrant]:
    """Everyone who may enter with this address, one per account: the most senior role speaks for it."""
    rows = await transaction.driver.fetch(BY_EMAIL, email.strip())
    entrants: dict[UUID, Entrant] = {}
    for row in rows:
        entrants.setdefault(
            row["account"],
            Entrant(
                row["id"],
                row["role"],
                f"{row['first_name']} {row['last_name']}".strip(),
                row["email"],
                row["mobile"],
                row["language"] or None,
                AccountChoice(id=row["account"], name=row["account_name"], number=row["account_number"]),
            ),
        )
    return list(entrants.values()) if len(entrants) <= MOST_ACCOUNTS else []


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
        " ->> 'default_language' AS default_language"
        " FROM contacts c JOIN accounts a ON a.agency = c.agency AND a.ams_id = c.account_ams_id AND NOT a.deleted"
        " JOIN agencies g ON g.id = c.agency"
        f" WHERE c.id = $1 AND a.id = $2 AND {HAS_ACCESS}",
        principal.sub,
        principal.account,
    )
    if row is None:
        raise SignInRequired
    others = await with_email(row["email"], transaction)
    return Me(
        contact=Person(
            id=row["id"],
            name=f"{row['first_name']} {row['last_name']}".strip(),
            role=row["role"],
            email=row["email"] or None,
            mobile=row["mobile"] or None,
        ),
        account=AccountChoice(id=row["account"], name=row["account_name"], number=row["account_number"]),
        accounts=max(1, len(others)),
        language=row["language"] or row["default_language"],
        read_only=principal.read_only,
    )
