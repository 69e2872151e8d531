"""Sessions: opened by a sign-in, resolved into a signed principal, ended for good."""

import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

from contracts.ams import SignedIn as SignedInEvent
from contracts.identity import AccountChoice, Session, SessionEnded, SignedIn
from contracts.kinds import NotFound, SignInRequired
from contracts.principal import MAX_AGE, Kind, Principal
from kit.bus.portal_events import leave_portal_event
from kit.database import Transaction
from kit.ids import new_id
from kit.principal import PrincipalSigner

from . import contacts, secret
from .contacts import Entrant

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)

RESOLVE = """
UPDATE sessions s SET seen_at = now()
FROM contacts c, agencies g
WHERE s.token_hash = $1 AND s.ended_at IS NULL AND s.expires_at > now() AND s.seen_at > now() - $2::interval
  AND c.id = s.contact AND g.id = s.agency
RETURNING s.id, s.agency, g.slug, s.contact, s.account, s.amr, s.expires_at,
          coalesce(nullif(c.language, ''), g.details->>'default_language') AS language
"""


async def open_for(
    entrants: list[Entrant], amr: tuple[str, ...], tx: Transaction, until: datetime | None = None
) -> SignedIn:
    """Opens a session for the people behind one address.

    With one account it is open at once; with more, the session opens nothing until one is chosen. `until` keeps the
    end of an older session that this one replaces.
    """
    carried = secret.new_secret(tx.agency)
    alone = len(entrants) == 1
    expires_at = until or datetime.now(UTC) + ABSOLUTE
    await tx.driver.execute(
        "INSERT INTO sessions (id, agency, token_hash, email, contact, account, amr, expires_at)"
        " VALUES ($1, $2, $3, lower($4), $5, $6, $7, $8)",
        new_id(),
        tx.agency,
        secret.hash_of(carried),
        entrants[0].email,
        entrants[0].id,
        entrants[0].account.id if alone else None,
        list(amr),
        expires_at,
    )
    if alone:
        await _tell_ams(entrants[0], amr, tx)
    return SignedIn(
        next="home" if alone else "account",
        accounts=[entrant.account for entrant in entrants],
        token=carried,
        expires_at=expires_at,
    )


async def choose(principal: Principal, account: UUID, tx: Transaction) -> SignedIn:
    """Replaces the session by one with this account open and a new secret; raises NotFound for a foreign account."""
    row = await tx.driver.fetchrow(
        "SELECT email, amr, expires_at FROM sessions WHERE id = $1 AND ended_at IS NULL", principal.sid
    )
    if row is None:
        raise SignInRequired
    entrants = await contacts.with_email(row["email"], tx)
    chosen = next((entrant for entrant in entrants if entrant.account.id == account), None)
    if chosen is None:
        raise NotFound
    await end(principal.sid, tx)
    return await open_for([chosen], tuple(row["amr"]), tx, until=row["expires_at"])


async def choices(principal: Principal, tx: Transaction) -> list[AccountChoice]:
    """The accounts that the person behind this session may open."""
    email = await tx.driver.fetchval("SELECT email FROM sessions WHERE id = $1 AND ended_at IS NULL", principal.sid)
    if email is None:
        raise SignInRequired
    return [entrant.account for entrant in await contacts.with_email(email, tx)]


async def resolve(token: str, signer: PrincipalSigner, tx: Transaction) -> Session:
    """The session of this token with a freshly signed principal; raises SignInRequired."""
    row = await tx.driver.fetchrow(RESOLVE, secret.hash_of(token), IDLE)
    if row is None:
        raise SignInRequired
    exp = int(min(time.time() + MAX_AGE, row["expires_at"].timestamp()))
    principal = Principal(
        agency=row["agency"],
        kind=Kind.CONTACT,
        sub=row["contact"],
        account=row["account"],
        amr=tuple(row["amr"]),
        sid=row["id"],
        exp=exp,
    )
    return Session(
        principal=signer.sign(principal),
        sid=row["id"],
        agency=row["agency"],
        slug=row["slug"],
        account=row["account"],
        read_only=False,
        language=row["language"],
        good_until=datetime.fromtimestamp(exp, UTC),
    )


async def end(sid: UUID, tx: Transaction) -> None:
    """Ends a session and tells every gateway."""
    await tx.driver.execute("UPDATE sessions SET ended_at = now() WHERE id = $1 AND ended_at IS NULL", sid)
    tx.tell(SessionEnded(agency=tx.agency, sid=sid))


async def end_of_contacts(changed: list[UUID], tx: Transaction) -> None:
    """Ends every session of these contacts, whose access or address changed."""
    rows = await tx.driver.fetch(
        "UPDATE sessions SET ended_at = now() WHERE contact = ANY($1) AND ended_at IS NULL RETURNING id", changed
    )
    for row in rows:
        tx.tell(SessionEnded(agency=tx.agency, sid=row["id"]))


async def _tell_ams(entrant: Entrant, amr: tuple[str, ...], tx: Transaction) -> None:
    row = await tx.driver.fetchrow(
        "SELECT g.slug, c.ams_id, c.account_ams_id FROM contacts c JOIN agencies g ON g.id = c.agency WHERE c.id = $1",
        entrant.id,
    )
    if row is not None:
        event = SignedInEvent(contact=row["ams_id"], account=row["account_ams_id"], amr=amr, at=datetime.now(UTC))
        leave_portal_event(tx, row["slug"], event)
