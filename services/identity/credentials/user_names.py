"""User names: assigned to a contact by the agency, and how the first password gets to it."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from contracts.identity.activities import Doer, What
from contracts.identity.passwords import (
    AssignUserName,
    FirstPassword,
    MailPasswordLink,
    MakeFirstPassword,
    NoAccess,
    RemoveUserName,
    UserNameState,
    UserNameTaken,
)
from contracts.identity.sign_in import SlowDown
from contracts.kinds import NotFound
from contracts.notify import SendPasswordLink
from contracts.principal import Principal
from kit.database import Transaction
from kit.ids import new_id
from services.identity import secret
from services.identity.audit import activities, doers
from services.identity.limits import budgets
from services.identity.limits.budgets import HOUR, BackOff
from services.identity.passkeys.excuses import account_of
from services.identity.people.contacts import HAS_ACCESS

from . import passwords

LIFETIME = timedelta(hours=72)  # of a link, and of a printed first password
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that a reader takes for another
GROUPS, GROUP = 4, 4
LINKS = BackOff("password-links", 3, 60, 900, HOUR)

STATE = """
SELECT k.contact, k.user_name, k.kind, k.set_at, k.until,
       (SELECT max(l.expires_at) FROM password_links l
        WHERE l.contact = k.contact AND l.over_at IS NULL AND l.expires_at > now()) AS link_until
FROM credentials k JOIN contacts c ON c.id = k.contact AND NOT c.deleted
WHERE k.contact = $1
"""
ABLE = f"""
SELECT c.email, trim(c.first_name || ' ' || c.last_name) AS name, k.user_name,
       coalesce(nullif(c.language, ''), g.details->>'default_language') AS language, {HAS_ACCESS} AS able,
       coalesce((g.details->'sign_in'->>'passwords')::boolean, true) AS wanted
FROM contacts c JOIN agencies g ON g.id = c.agency JOIN credentials k ON k.contact = c.id
WHERE c.id = $1 AND NOT c.deleted
"""


async def state(contact: UUID, tx: Transaction) -> UserNameState:
    """A contact's user name and how far its password has come; raises NotFound."""
    row = await tx.driver.fetchrow(STATE, contact)
    if row is None:
        raise NotFound
    live = row["kind"] == "own" or (row["until"] is not None and row["until"] > datetime.now(UTC))
    kind = row["kind"] if live else "link" if row["link_until"] else "none"
    until = {"first": row["until"], "link": row["link_until"]}.get(kind)
    return UserNameState(
        contact=contact, user_name=row["user_name"], password=kind, since=row["set_at"] if live else None, until=until
    )


async def assign(who: Principal, wanted: AssignUserName, tx: Transaction) -> UserNameState:
    """Assigns a user name; raises NotFound, UserNameTaken."""
    account = await account_of(wanted.contact, tx)
    try:
        await tx.driver.execute(
            "INSERT INTO credentials (contact, agency, user_name) VALUES ($1, $2, $3)"
            " ON CONFLICT (contact) DO UPDATE SET user_name = excluded.user_name",
            wanted.contact,
            tx.agency,
            wanted.user_name,
        )
    except asyncpg.UniqueViolationError:
        raise UserNameTaken from None
    doer = await doers.of(who, wanted.browser, tx)
    assigned = await state(wanted.contact, tx)
    facts = {"user_name": wanted.user_name}
    await activities.record(What.USER_NAME_ASSIGNED, doer, tx, account=account, contact=wanted.contact, facts=facts)
    return assigned


async def remove(who: Principal, wanted: RemoveUserName, tx: Transaction) -> None:
    """Takes user name and password away, with what they opened; raises NotFound."""
    account = await account_of(wanted.contact, tx)
    await state(wanted.contact, tx)
    await passwords.end_what_is_open(wanted.contact, None, tx)
    await passwords.end_of([wanted.contact], tx)
    name = await tx.driver.fetchval("DELETE FROM credentials WHERE contact = $1 RETURNING user_name", wanted.contact)
    doer = await doers.of(who, wanted.browser, tx)
    facts = {"user_name": name}
    await activities.record(What.USER_NAME_REMOVED, doer, tx, account=account, contact=wanted.contact, facts=facts)


async def mail_link(who: Principal, wanted: MailPasswordLink, tx: Transaction) -> UserNameState:
    """Mails a link that sets the password, instead of older ones; raises NotFound, NoAccess, SlowDown."""
    row = await _able(wanted.contact, tx)
    stepped = await budgets.step(LINKS, wanted.contact.bytes, tx)
    if stepped.wait:
        raise SlowDown(retry_after=stepped.wait)
    await tx.driver.execute(
        "UPDATE password_links SET over_at = now() WHERE contact = $1 AND over_at IS NULL", wanted.contact
    )
    key, expires_at = secret.new_secret(tx.agency), datetime.now(UTC) + LIFETIME
    await tx.driver.execute(
        "INSERT INTO password_links (id, agency, contact, secret_hash, expires_at) VALUES ($1, $2, $3, $4, $5)",
        *(new_id(), tx.agency, wanted.contact, secret.hash_of(key), expires_at),
    )
    tx.enqueue(
        SendPasswordLink(
            agency=tx.agency,
            delivery=new_id(),
            contact=wanted.contact,
            to=row["email"],
            name=row["name"],
            user_name=row["user_name"],
            key=key,
            expires_at=expires_at,
            language=row["language"],
        )
    )
    await _record(What.PASSWORD_LINK_SENT, await doers.of(who, wanted.browser, tx), wanted.contact, tx)
    return await state(wanted.contact, tx)


def print_password() -> str:
    """Sixteen letters and digits in four groups: 79 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))


async def keep_first(
    who: Principal, wanted: MakeFirstPassword, password: str, hashed: str, tx: Transaction
) -> FirstPassword:
    """Keeps a printed first password instead of the one that there was; raises NotFound, NoAccess."""
    row = await _able(wanted.contact, tx)
    await passwords.end_of([wanted.contact], tx)
    expires_at = datetime.now(UTC) + LIFETIME
    await tx.driver.execute(
        "UPDATE credentials SET hash = $2, kind = 'first', set_at = now(), until = $3 WHERE contact = $1",
        *(wanted.contact, hashed, expires_at),
    )
    await _record(What.FIRST_PASSWORD_MADE, await doers.of(who, wanted.browser, tx), wanted.contact, tx)
    return FirstPassword(user_name=row["user_name"], password=password, expires_at=expires_at)


async def _able(contact: UUID, tx: Transaction) -> Any:
    row = await tx.driver.fetchrow(ABLE, contact)
    if row is None or not row["wanted"]:
        raise NotFound
    if not row["able"]:
        raise NoAccess
    return row


async def _record(what: What, doer: Doer, contact: UUID, tx: Transaction) -> None:
    account = await account_of(contact, tx)
    await activities.record(what, doer, tx, account=account, contact=contact)
