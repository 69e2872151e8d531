"""Logins of the bus: which of the agencies' systems may come in, and what each may say and hear there."""

from contracts.identity.systems import ClientRefused
from contracts.streams import Permissions, system_permissions
from kit.bus.callout import Login
from kit.database import Transaction

from . import registry


async def admit(login: Login, tx: Transaction) -> Permissions | None:
    """What the system with these client credentials may do on the bus; nothing for anybody else.

    A system whose scopes are for HTTP alone has no business there.
    """
    try:
        system = await registry.prove(login.user, login.password, tx)
    except ClientRefused:
        return None
    permissions = system_permissions(system.client_id, system.client_id.partition("_")[2], system.scopes)
    return permissions if permissions.publish else None
