"""Passwords that only the insured knows: kept, and everything that ends when one is set or taken away."""

from dataclasses import dataclass
from uuid import UUID

from contracts.identity.activities import Doer, What
from contracts.identity.passwords import OwnUserName
from kit.database import Transaction
from services.identity.access import change_mails
from services.identity.audit import activities
from services.identity.signed_in import devices, sessions

from . import password_rules

PERSONAL = """
SELECT c.first_name, c.last_name, c.email, c.mobile, a.name AS account, a.number, g.details->>'name' AS agency, g.slug,
       coalesce(k.user_name, '') AS user_name
FROM contacts c JOIN agencies g ON g.id = c.agency
LEFT JOIN accounts a ON a.agency = c.agency AND a.ams_id = c.account_ams_id
LEFT JOIN credentials k ON k.contact = c.id
WHERE c.id = $1
"""


@dataclass(frozen=True)
class Known:
    """What is kept for a user name; `contact` is empty for one that nobody has."""

    contact: UUID | None
    hash: str | None
    first: bool


async def find(user_name: str, tx: Transaction) -> Known:
    """What is kept for a user name; a printed first password counts only in its time."""
    row = await tx.driver.fetchrow(
        "SELECT contact, kind, CASE WHEN until IS NULL OR until > now() THEN hash END AS hash"
        " FROM credentials WHERE lower(user_name) = lower($1)",
        user_name.strip(),
    )
    return Known(row["contact"], row["hash"], row["kind"] == "first") if row else Known(None, None, False)


def typed(password: str, known: Known) -> str:
    """The password as it counts: a printed one is read back from paper, so capitals, dashes and spaces do not."""
    return "".join(letter for letter in password.lower() if letter.isalnum()) if known.first else password


async def of_contact(contact: UUID, tx: Transaction) -> Known:
    """What is kept for a contact; for one without a user name as for a name that nobody has."""
    row = await tx.driver.fetchrow(
        "SELECT contact, kind, CASE WHEN until IS NULL OR until > now() THEN hash END AS hash"
        " FROM credentials WHERE contact = $1",
        contact,
    )
    return Known(row["contact"], row["hash"], row["kind"] == "first") if row else Known(None, None, False)


async def check(contact: UUID, password: str, tx: Transaction) -> None:
    """Raises PasswordWeak for a password that whoever knows the person would guess."""
    row = await tx.driver.fetchrow(PERSONAL, contact)
    password_rules.check(password, [str(value) for value in (row.values() if row else ()) if value])


async def keep(
    contact: UUID, hashed: str, doer: Doer, account: UUID | None, here: UUID | None, tx: Transaction
) -> None:
    """Keeps the contact's own password; links, resets, devices and sessions but `here` end, and a mail says so."""
    await tx.driver.execute(
        "UPDATE credentials SET hash = $2, kind = 'own', set_at = now(), until = NULL WHERE contact = $1",
        contact,
        hashed,
    )
    await end_unused(contact, tx)
    await end_what_is_open(contact, here, tx)
    await change_mails.leave(contact, "password-set", tx)
    await activities.record(What.PASSWORD_SET, doer, tx, account=account, contact=contact)


async def rehash(contact: UUID, before: str, hashed: str, tx: Transaction) -> None:
    """Keeps the same password under today's parameters, unless it was changed meanwhile."""
    await tx.driver.execute(
        "UPDATE credentials SET hash = $3 WHERE contact = $1 AND hash = $2", contact, before, hashed
    )


async def is_kept(contact: UUID, kept: str, tx: Transaction) -> bool:
    """Whether this hash still stands, held until the transaction ends."""
    found = await tx.driver.fetchval(
        "SELECT 1 FROM credentials WHERE contact = $1 AND hash = $2 FOR UPDATE", contact, kept
    )
    return found is not None


async def end_what_is_open(contact: UUID, here: UUID | None, tx: Transaction) -> None:
    """Ends the person's sessions but `here`, and its remembered devices: those of every contact with its address."""
    await sessions.end_of_person(contact, tx, but=here)
    same = await tx.driver.fetch(
        "SELECT o.id FROM contacts c JOIN contacts o ON o.agency = c.agency AND o.email_key = c.email_key"
        " WHERE c.id = $1 AND o.email_key <> '' AND NOT o.deleted",
        contact,
    )
    await devices.end_of([contact, *(row["id"] for row in same)], tx)


async def end_unused(contact: UUID, tx: Transaction) -> None:
    """Ends links and resets that have not been used."""
    for table in ("password_links", "password_resets"):
        await tx.driver.execute(f"UPDATE {table} SET over_at = now() WHERE contact = $1 AND over_at IS NULL", contact)


async def end_of(contacts: list[UUID], tx: Transaction) -> None:
    """Takes these contacts' passwords away, with links and resets; their user names stay assigned."""
    for contact in contacts:
        await end_unused(contact, tx)
    await tx.driver.execute(
        "UPDATE credentials SET hash = NULL, kind = NULL, set_at = NULL, until = NULL"
        " WHERE contact = ANY($1) AND hash IS NOT NULL",
        contacts,
    )


async def free_names(contacts: list[UUID], tx: Transaction) -> None:
    """Gives the user names of contacts that are gone to whoever comes next."""
    await tx.driver.execute("DELETE FROM credentials WHERE contact = ANY($1)", contacts)


async def shown(contact: UUID, tx: Transaction) -> OwnUserName:
    """What the contact itself sees of it."""
    row = await tx.driver.fetchrow(
        "SELECT user_name, CASE WHEN kind = 'own' THEN set_at END AS set_at FROM credentials WHERE contact = $1",
        contact,
    )
    return OwnUserName(user_name=row["user_name"] if row else "", set_at=row["set_at"] if row else None)
