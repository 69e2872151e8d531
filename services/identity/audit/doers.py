"""Doers: who stands in the activity chain behind a signed principal."""

from typing import Literal
from uuid import UUID

from contracts.identity.activities import Doer
from contracts.identity.sessions import Browser
from contracts.principal import Kind, Principal
from kit.database import Transaction
from services.identity.people import contacts

COMMAND_LINE = Doer(kind="portal")
NAMES = {
    Kind.STAFF: "SELECT name FROM staff WHERE id = $1",
    Kind.SYSTEM: "SELECT name FROM systems WHERE id = $1",
}


async def named(
    kind: Literal["contact", "staff", "system", "ams", "portal"], doer: UUID | None, tx: Transaction
) -> Doer:
    """Who did something, as another service tells it, with the name that is known now."""
    if doer is None or kind in ("ams", "portal"):
        return Doer(kind=kind)
    if kind == "contact":
        name = await contacts.name_of(doer, tx)
    else:
        name = await tx.driver.fetchval(NAMES[Kind(kind)], doer) or ""
    return Doer(kind=kind, id=str(doer), name=name)


async def of(who: Principal, browser: Browser, tx: Transaction) -> Doer:
    """Who asks, with the name that is known now, and from where."""
    if who.kind is Kind.CONTACT:
        name = await contacts.name_of(who.sub, tx)
    else:
        name = await tx.driver.fetchval(NAMES[who.kind], who.sub) or ""
    return Doer(kind=who.kind.value, id=str(who.sub), name=name, address=browser.address)
