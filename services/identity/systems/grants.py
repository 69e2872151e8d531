"""Grants: access tokens of systems, after the client credentials grant of OAuth 2.0 (RFC 6749 §4.4)."""

from datetime import UTC, datetime, timedelta

from contracts.identity.systems import Granted, GrantToken, ScopeRefused, System
from contracts.principal import Kind, Scope
from kit.database import Transaction
from services.identity.signed_in import sessions

from . import registry

LIFETIME = timedelta(hours=1)
LIVE = 100  # tokens of one system; the oldest give way


async def grant(asked: GrantToken, tx: Transaction) -> Granted:
    """A new access token; raises ClientRefused, or ScopeRefused for a scope that the system was not given."""
    system = await registry.prove(asked.client_id, asked.client_secret, tx)
    scopes = _narrowed(asked.scopes, system)
    await _make_room(system, tx)
    opened = await sessions.open_one(
        Kind.SYSTEM,
        system.id,
        ("secret",),
        asked.browser,
        tx,
        scopes=scopes,
        idle=LIFETIME,
        until=datetime.now(UTC) + LIFETIME,
    )
    return Granted(token=opened.token, scopes=scopes, expires_at=opened.expires_at)


def _narrowed(asked: tuple[str, ...], system: System) -> tuple[Scope, ...]:
    if not set(asked) <= {scope.value for scope in system.scopes}:
        raise ScopeRefused
    return tuple(scope for scope in system.scopes if scope.value in asked) or system.scopes


async def _make_room(system: System, tx: Transaction) -> None:
    """Takes away what has run out, and ends the oldest of too many, so that a busy system cannot fill the table."""
    await tx.driver.execute("DELETE FROM sessions WHERE subject = $1 AND expires_at < now()", system.id)
    oldest = await tx.driver.fetch(
        "SELECT id FROM sessions WHERE subject = $1 AND ended_at IS NULL ORDER BY made_at DESC, id DESC OFFSET $2",
        system.id,
        LIVE - 1,
    )
    for row in oldest:
        await sessions.end(row["id"], tx)
