"""Sessions: opened by a sign-in, resolved into a signed principal, ended for good."""

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from contracts.identity.sessions import Browser, Session, SessionEnded
from contracts.kinds import PortalClosed, SignInRequired
from contracts.principal import MAX_AGE, Actor, Kind, Principal, Scope
from kit.database import Transaction
from kit.ids import new_id
from kit.principal import PrincipalSigner
from services.identity import secret

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)

# that it was seen is written only now and then: each time would be a commit for every page of everybody
RESOLVE = """
WITH seen AS (
  UPDATE sessions s SET seen_at = now()
  WHERE s.token_hash = $1 AND s.ended_at IS NULL AND s.expires_at > now() AND s.seen_at > now() - s.idle
    AND s.seen_at < now() - s.idle / 100)
SELECT s.id, s.agency, g.slug, s.kind, s.subject, s.account, s.amr, s.scopes, s.read_only, s.view, s.actor,
  s.expires_at,
  CASE WHEN s.kind = 'contact' AND NOT s.read_only AND g.details->'sign_in'->>'passkeys' = 'required'
         AND 'hwk' <> ALL(s.amr) AND NOT EXISTS (SELECT 1 FROM passkey_excuses e WHERE e.contact = s.subject)
       THEN 'passkey' END AS "limit",
  (SELECT m.role FROM staff m WHERE m.id = s.subject AND s.kind = 'staff') AS role,
  coalesce((SELECT nullif(c.language, '') FROM contacts c WHERE c.id = s.subject), g.details->>'default_language')
    AS language
FROM sessions s JOIN agencies g ON g.id = s.agency
WHERE s.token_hash = $1 AND s.ended_at IS NULL AND s.expires_at > now() AND s.seen_at > now() - s.idle
  AND (s.kind <> 'contact' OR s.read_only OR coalesce((g.details->>'portal_open')::boolean, true))
"""

# a live session that stands still because its agency's portal is off
ASLEEP = """
SELECT true FROM sessions s JOIN agencies g ON g.id = s.agency
WHERE s.token_hash = $1 AND s.ended_at IS NULL AND s.expires_at > now() AND s.seen_at > now() - s.idle
  AND s.kind = 'contact' AND NOT s.read_only AND NOT coalesce((g.details->>'portal_open')::boolean, true)
"""

END = "UPDATE sessions SET ended_at = now() WHERE id = $1 AND ended_at IS NULL"
END_OF_PERSON = """
UPDATE sessions s SET ended_at = now() FROM contacts c
WHERE c.id = $1 AND s.kind = 'contact' AND NOT s.read_only AND s.ended_at IS NULL
  AND (s.subject = c.id OR (c.email <> '' AND s.email = lower(c.email))) AND s.id IS DISTINCT FROM $2
  AND ($3::text IS NULL OR $3 = ANY(s.amr))
RETURNING s.id
"""


@dataclass(frozen=True)
class Opened:
    """A session that was just opened: its secret, shown once, and its end."""

    id: UUID
    token: str
    expires_at: datetime


async def open_one(
    kind: Kind,
    subject: UUID,
    amr: tuple[str, ...],
    browser: Browser,
    tx: Transaction,
    *,
    email: str = "",
    account: UUID | None = None,
    scopes: tuple[Scope, ...] = (),
    view: UUID | None = None,
    actor: Actor | None = None,
    idle: timedelta = IDLE,
    until: datetime | None = None,
    proven_at: datetime | None = None,
) -> Opened:
    """Opens a session; with a `view` (an impersonation, with its actor) it is read-only.

    It ends at `until`, or after twelve hours; earlier when nobody used it for `idle`. `proven_at` is when the person
    proved to be who it is, unless that is now.
    """
    carried = secret.new_secret(tx.agency)
    opened = Opened(new_id(), carried, until or datetime.now(UTC) + ABSOLUTE)
    await tx.driver.execute(
        "INSERT INTO sessions (id, agency, token_hash, kind, subject, email, account, amr, scopes, read_only, view,"
        " actor, address, agent, idle, expires_at, proven_at)"
        " VALUES ($1, $2, $3, $4, $5, lower($6), $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, coalesce($17, now()))",
        opened.id,
        tx.agency,
        secret.hash_of(carried),
        kind.value,
        subject,
        email,
        account,
        list(amr),
        [scope.value for scope in scopes],
        view is not None,
        view,
        actor.model_dump_json() if actor else None,
        browser.address,
        browser.agent,
        idle,
        opened.expires_at,
        proven_at,
    )
    return opened


async def resolve(token: str, signer: PrincipalSigner, tx: Transaction) -> Session:
    """The session of this token with a freshly signed principal; raises SignInRequired, PortalClosed."""
    row = await tx.driver.fetchrow(RESOLVE, secret.hash_of(token))
    if row is None:
        if await tx.driver.fetchval(ASLEEP, secret.hash_of(token)):
            raise PortalClosed
        raise SignInRequired
    exp = int(min(time.time() + MAX_AGE, row["expires_at"].timestamp()))
    actor = Actor.model_validate(json.loads(row["actor"])) if row["actor"] else None
    principal = Principal(
        agency=row["agency"],
        kind=row["kind"],
        sub=row["subject"],
        account=row["account"],
        role=row["role"],
        scopes=tuple(row["scopes"]),
        read_only=row["read_only"],
        limit=row["limit"],
        act=actor,
        amr=tuple(row["amr"]),
        sid=row["id"],
        exp=exp,
    )
    return Session(
        principal=signer.sign(principal),
        sid=row["id"],
        agency=row["agency"],
        slug=row["slug"],
        kind=principal.kind,
        account=row["account"],
        role=principal.role,
        scopes=principal.scopes,
        read_only=row["read_only"],
        limit=principal.limit,
        view=row["view"],
        actor=actor,
        until=row["expires_at"] if row["read_only"] else None,
        language=row["language"],
        good_until=datetime.fromtimestamp(exp, UTC),
    )


async def end(sid: UUID, tx: Transaction) -> None:
    """Ends a session and tells every gateway."""
    await tx.driver.execute(END, sid)
    tx.tell(SessionEnded(agency=tx.agency, sid=sid))


async def replace(sid: UUID, tx: Transaction) -> None:
    """Ends a session in whose place another one comes; raises SignInRequired where somebody else has ended it."""
    # one that was ended while its place was being taken would otherwise go on in the new one
    if not await tx.driver.fetchval(f"{END} RETURNING true", sid):
        raise SignInRequired
    tx.tell(SessionEnded(agency=tx.agency, sid=sid))


async def end_of_person(contact: UUID, tx: Transaction, *, but: UUID | None = None, came_by: str | None = None) -> None:
    """Ends every session of the person: those of all contacts with its address, but not views by staff.

    One may stay; `came_by` picks those with this in their amr.
    """
    for row in await tx.driver.fetch(END_OF_PERSON, contact, but, came_by):
        tx.tell(SessionEnded(agency=tx.agency, sid=row["id"]))


async def end_of(subjects: list[UUID], tx: Transaction) -> None:
    """Ends every session of these contacts, members of staff or systems."""
    rows = await tx.driver.fetch(
        "UPDATE sessions SET ended_at = now() WHERE subject = ANY($1) AND ended_at IS NULL RETURNING id", subjects
    )
    for row in rows:
        tx.tell(SessionEnded(agency=tx.agency, sid=row["id"]))
