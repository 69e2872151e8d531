"""People at identity's door: their sessions, what they ask, and the agency's staff and settings, as the tests need."""

from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel

from contracts.identity.agencies import SignInMethods
from contracts.identity.sessions import ResolveSession, Session
from contracts.kinds import Request
from contracts.principal import Kind, Role
from kit.ids import new_id
from tests import stack

from .conftest import Identity

Answer = TypeVar("Answer", bound=BaseModel)


async def session_of(identity: Identity, token: str) -> Session:
    """The session of a token, as the gateway resolves it."""
    return await identity.asker.ask(ResolveSession(token=token))


async def as_session(identity: Identity, token: str, request: Request[Answer]) -> Answer:
    """The answer to what somebody with this session asks."""
    return await identity.asker.ask(request, (await session_of(identity, token)).principal)


async def as_staff(identity: Identity, request: Request[Answer], role: Role = Role.CSR) -> Answer:
    """The answer to what a member of staff asks."""
    principal = stack.signed(identity.agency.id, kind=Kind.STAFF, role=role, sub=new_id())
    return await identity.asker.ask(request, principal)


async def contact_of(identity: Identity, ams_id: str) -> UUID:
    """Our id of a contact."""
    found: UUID = await identity.logins.value("SELECT id FROM contacts WHERE ams_id = $1", ams_id)
    return found


async def set_methods(identity: Identity, **methods: Any) -> None:
    """Changes how the agency's insureds may come in."""
    wanted = SignInMethods(**methods).model_dump_json()
    await identity.logins.fetch("UPDATE agencies SET details = jsonb_set(details, '{sign_in}', $1)", wanted)


async def grow_old(identity: Identity, minutes: int = 20) -> None:
    """Lets every session's last proof be that long ago."""
    await identity.logins.fetch(f"UPDATE sessions SET proven_at = proven_at - interval '{minutes} minutes'")


async def jobs(identity: Identity, subject: str) -> list[Any]:
    """The bodies of jobs that were left for others, oldest first."""
    rows = await identity.logins.fetch("SELECT body FROM outbox WHERE subject = $1 ORDER BY made_at, id", subject)
    return [row["body"] for row in rows]


async def deeds(identity: Identity) -> list[str]:
    """What the activity chain says, oldest first."""
    return [row["what"] for row in await identity.logins.fetch("SELECT what FROM activities ORDER BY number")]
