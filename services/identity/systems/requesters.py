"""Requesters: whose token asks for an impersonation, and in whose name it will be."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from contracts.identity.impersonations import Agent
from contracts.kinds import BadRequest, NotAllowed, ReadOnly, SignInRequired
from contracts.principal import Actor, Kind, Scope
from kit.database import Transaction
from services.identity import secret

LIVE = """
SELECT s.kind, s.subject, s.scopes, s.read_only, m.id AS member, m.name, m.email
FROM sessions s LEFT JOIN staff m ON m.id = s.subject AND s.kind = 'staff' AND m.active
WHERE s.token_hash = $1 AND s.ended_at IS NULL AND s.expires_at > now() AND s.seen_at > now() - s.idle
"""


@dataclass(frozen=True)
class Requester:
    """A member of staff or a system, by our id, and who will look."""

    kind: Literal["staff", "system"]
    id: UUID
    agent: Actor


async def of_token(token: str, agent: Agent | None, tx: Transaction) -> Requester:
    """The requester behind a session's token; a member of staff is always its own agent.

    Raises SignInRequired, ReadOnly for a read-only session, NotAllowed for a system without the scope, and BadRequest
    for a system that does not say who will look.
    """
    row = await tx.driver.fetchrow(LIVE, secret.hash_of(token))
    if row is None:
        raise SignInRequired
    if row["read_only"]:
        raise ReadOnly
    if row["kind"] == Kind.STAFF and row["member"] is not None:
        return Requester("staff", row["subject"], Actor(id=str(row["member"]), name=row["name"], email=row["email"]))
    if row["kind"] != Kind.SYSTEM:
        raise SignInRequired
    if Scope.IMPERSONATE not in row["scopes"]:
        raise NotAllowed
    if agent is None:
        raise BadRequest(pointer="/agent", problem="Field required")
    return Requester("system", row["subject"], Actor(id=agent.id, name=agent.name, email=agent.email))
