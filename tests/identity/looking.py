"""What tests of impersonations share: a household, who asks, and the views behind one-time addresses."""

import json
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from contracts.identity.impersonations import (
    Agent,
    Impersonate,
    ImpersonationLink,
    OpenView,
    ViewOpened,
)
from contracts.identity.sessions import Browser, ResolveSession, Session
from contracts.principal import Kind, Scope
from kit.ids import new_id
from services.identity.signed_in import sessions

from .conftest import Identity, account, contact

AGENT = Agent(id="u-17", name="Jo Agent", email="jo@oakhill.example")
WHY = "Asked for help with an ID card"


async def token(identity: Identity, kind: Kind = Kind.SYSTEM, **more: Any) -> str:
    """A live session of the agency's system with the scope, or of somebody else."""
    if kind is Kind.SYSTEM:
        more.setdefault("scopes", (Scope.IMPERSONATE,))
    database = identity.logins.open()
    try:
        async with database.transaction(identity.agency.id) as tx:
            subject = more.pop("subject", new_id())
            return (await sessions.open_one(kind, subject, (), Browser(), tx, **more)).token
    finally:
        await database.close()


async def member(identity: Identity, name: str = "Ana Agent") -> UUID:
    """Somebody on the agency's staff."""
    found = new_id()
    await identity.logins.fetch(
        "INSERT INTO staff (id, agency, email, name, role) VALUES ($1, $2, $3, $4, 'csr')",
        found,
        identity.agency.id,
        f"{found}@oakhill.example",
        name,
    )
    return found


async def household(identity: Identity) -> None:
    """An account with a primary contact who may enter, and a second one who may not."""
    await identity.publish("account", "A1", 1, account())
    await identity.publish("contact", "C1", 1, contact("A1", "pat@example.com"))
    await identity.publish("contact", "C2", 1, contact("A1", "", role="second", first_name="Sam"))


async def impersonate(identity: Identity, access_token: str, **changes: Any) -> ImpersonationLink:
    values = {"account": "A1", "agent": AGENT, "reason": WHY} | changes
    return await identity.asker.ask(Impersonate(access_token=access_token, **values))


def behind(link: ImpersonationLink) -> dict[str, Any]:
    """What the gateway reads from the address."""
    agency, view, impersonation, way, key = urlsplit(link.url).path.removeprefix("/").split("/")
    assert (view, way) == ("view", "open")
    assert impersonation == str(link.impersonation)
    return {"agency": agency, "impersonation": UUID(impersonation), "key": key}


async def opened(identity: Identity, **changes: Any) -> tuple[ViewOpened, Session]:
    link = await impersonate(identity, await token(identity), **changes)
    view = await identity.asker.ask(OpenView(**behind(link)))
    return view, await identity.asker.ask(ResolveSession(token=view.token))


async def recorded(identity: Identity) -> list[tuple[str, str, dict[str, str]]]:
    """What was done, who did it and the facts, of views only."""
    rows = await identity.logins.fetch("SELECT what, doer, facts FROM activities WHERE what ~ 'view' ORDER BY number")
    return [(row["what"], json.loads(row["doer"])["name"], json.loads(row["facts"])) for row in rows]
