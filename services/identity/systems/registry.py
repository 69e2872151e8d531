"""Systems: the agency's own programs, their secrets, and the end of both."""

import hmac
import re
import secrets
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from contracts.identity.activities import Doer, What
from contracts.identity.systems import ClientRefused, Credentials, DisconnectSystem, System, SystemExists
from contracts.kinds import NotFound
from contracts.principal import Scope
from kit.database import Transaction
from kit.ids import new_id
from services.identity import agencies, impersonations
from services.identity.audit import activities
from services.identity.signed_in import sessions

CLIENT_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,23}_[a-z0-9][a-z0-9-]{1,39}")
SECRET = 32  # bytes of randomness: nobody guesses one, so that SHA-256 is enough to keep and no try need be counted
BOTH_GOOD_FOR = timedelta(days=1)
USED = """
UPDATE systems SET used_at = now()
WHERE id = $1 AND ended_at IS NULL AND (secret_hash = $2 OR (old_secret_hash = $2 AND old_secret_until > now()))
RETURNING true
"""
COLUMNS = "id, name, client_id, scopes, made_at, secret_made_at, old_secret_until, used_at"


async def every(tx: Transaction) -> list[System]:
    """The agency's systems that have not ended, by name."""
    rows = await tx.driver.fetch(f"SELECT {COLUMNS} FROM systems WHERE ended_at IS NULL ORDER BY name")
    return [_system(row) for row in rows]


async def add(name: str, scopes: tuple[Scope, ...], doer: Doer, tx: Transaction) -> Credentials:
    """Adds a system with its first secret; raises SystemExists."""
    given = secrets.token_urlsafe(SECRET)
    slug = await tx.driver.fetchval("SELECT slug FROM agencies WHERE id = $1", tx.agency)
    row = await tx.driver.fetchrow(
        "INSERT INTO systems (id, agency, name, client_id, scopes, secret_hash) VALUES ($1, $2, $3, $4, $5, $6)"
        f" ON CONFLICT (agency, client_id) WHERE ended_at IS NULL DO NOTHING RETURNING {COLUMNS}",
        new_id(),
        tx.agency,
        name,
        f"{name}_{slug}",
        [scope.value for scope in dict.fromkeys(scopes)],
        _hash(given),
    )
    if row is None:
        raise SystemExists
    facts = {"name": name, "scopes": " ".join(row["scopes"])}
    await activities.record(What.SYSTEM_ADDED, doer, tx, facts=facts)
    return Credentials(system=_system(row), client_secret=given)


async def change_secret(system: UUID, doer: Doer, tx: Transaction, *, at_once: bool) -> Credentials:
    """Gives a system a new secret; raises NotFound.

    The one before is good for another day, so that the system can be told in peace; an even older one ends. With
    `at_once` all older secrets end with what they opened: tokens, and connections to the bus.
    """
    given = secrets.token_urlsafe(SECRET)
    row = await tx.driver.fetchrow(
        "UPDATE systems SET secret_hash = $2, secret_made_at = now(),"
        " old_secret_hash = CASE WHEN $3 THEN NULL ELSE secret_hash END,"
        " old_secret_until = CASE WHEN $3 THEN NULL ELSE now() + $4 END"
        f" WHERE id = $1 AND ended_at IS NULL RETURNING {COLUMNS}",
        system,
        _hash(given),
        at_once,
        BOTH_GOOD_FOR,
    )
    if row is None:
        raise NotFound
    if at_once:
        await _cut_off(row, tx)
    facts = {"name": row["name"], "at_once": "yes" if at_once else "no"}
    await activities.record(What.SYSTEM_SECRET_CHANGED, doer, tx, facts=facts)
    return Credentials(system=_system(row), client_secret=given)


async def end(system: UUID, doer: Doer, tx: Transaction) -> None:
    """Ends a system for good, with its tokens and its connections to the bus; raises NotFound."""
    row = await tx.driver.fetchrow(
        "UPDATE systems SET ended_at = now(), old_secret_hash = NULL, old_secret_until = NULL"
        " WHERE id = $1 AND ended_at IS NULL RETURNING id, name, client_id",
        system,
    )
    if row is None:
        raise NotFound
    await _cut_off(row, tx)
    await activities.record(What.SYSTEM_ENDED, doer, tx, facts={"name": row["name"]})


async def named(name: str, tx: Transaction) -> UUID:
    """The agency's live system of this name; raises NotFound."""
    found: UUID | None = await tx.driver.fetchval("SELECT id FROM systems WHERE name = $1 AND ended_at IS NULL", name)
    if found is None:
        raise NotFound
    return found


async def prove(client_id: str, client_secret: str, tx: Transaction) -> System:
    """The system that has this client id and one of its live secrets; turns the transaction to its agency.

    Raises ClientRefused, whatever is wrong.
    """
    if not CLIENT_ID.fullmatch(client_id):
        raise ClientRefused
    try:
        await agencies.enter(client_id.partition("_")[2], tx)
    except NotFound:
        raise ClientRefused from None
    row = await tx.driver.fetchrow(
        f"SELECT {COLUMNS}, secret_hash, old_secret_hash FROM systems WHERE client_id = $1 AND ended_at IS NULL",
        client_id,
    )
    if row is None or not _is_secret_of(row, client_secret):
        raise ClientRefused
    # held from here on: whoever has ended the system or the secret meanwhile is found, whoever will do so waits
    if not await tx.driver.fetchval(USED, row["id"], _hash(client_secret)):
        raise ClientRefused
    return _system(row)


async def _cut_off(row: Any, tx: Transaction) -> None:
    await sessions.end_of([row["id"]], tx)
    await impersonations.end_of_requesters([row["id"]], tx)
    tx.enqueue(DisconnectSystem(agency=tx.agency, client_id=row["client_id"]))


def _is_secret_of(row: Any, secret: str) -> bool:
    given = _hash(secret)
    if hmac.compare_digest(given, row["secret_hash"]):
        return True
    until: datetime | None = row["old_secret_until"]
    return until is not None and until > datetime.now(UTC) and hmac.compare_digest(given, row["old_secret_hash"])


def _hash(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


def _system(row: Any) -> System:
    until = row["old_secret_until"]
    live = until if until is not None and until > datetime.now(UTC) else None
    return System(**{name: row[name] for name in COLUMNS.split(", ")} | {"old_secret_until": live})
