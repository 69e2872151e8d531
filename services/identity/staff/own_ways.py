"""A member's own ways in: seen, and passkeys added, renamed and removed, by the member alone and never the last."""

from uuid import UUID

from contracts.identity.activities import What
from contracts.identity.openid import Audience
from contracts.identity.own_ways import FinishOwnPasskey, LastMeans, OwnWays, RemoveOwnPasskey, RenameOwnPasskey
from contracts.identity.passkeys import Passkey, PasskeyOptions
from contracts.kinds import SignInRequired
from contracts.principal import Kind, Principal
from kit.database import Transaction
from services.identity.openid import clients
from services.identity.parts import Parts
from services.identity.passkeys import ceremonies, keyrings
from services.identity.passkeys.challenges import Challenge, Holder
from services.identity.signed_in import browsers, recent_proofs
from services.identity.site import Site

from . import own_changes, own_sessions


async def shown(who: Principal, tx: Transaction) -> OwnWays:
    """Everything that opens the console for the member."""
    passkeys = await keyrings.list_of([who.sub], tx)
    since = await tx.driver.fetchval("SELECT made_at FROM authenticators WHERE staff = $1", who.sub)
    return OwnWays(
        passkeys=passkeys,
        may_add=len(passkeys) < keyrings.MOST,
        authenticator_since=since,
        sessions=await own_sessions.of_member(who, tx),
    )


async def begin(who: Principal, site: Site, tx: Transaction) -> PasskeyOptions:
    """What the browser is to be asked; raises SignInAgain, TooManyPasskeys."""
    await recent_proofs.demand(who, tx)
    row = await tx.driver.fetchrow("SELECT name, email FROM staff WHERE id = $1 AND active", who.sub)
    if row is None:
        raise SignInRequired
    holder = Holder(Kind.STAFF, who.sub)
    options = await ceremonies.begin_registration(holder, row["name"], row["email"], binding(who), site, tx)
    return PasskeyOptions(options=options)


async def add(who: Principal, challenge: Challenge, wanted: FinishOwnPasskey, site: Site, tx: Transaction) -> Passkey:
    """Keeps the passkey and tells the member by mail; raises SignInAgain, TooManyPasskeys, PasskeyRefused."""
    await hold(who, tx)
    holder = Holder(Kind.STAFF, who.sub)
    name = wanted.name or ", ".join(browsers.facts_of(wanted.browser.agent).values())
    made = await ceremonies.finish_registration(challenge, holder, wanted.credential, name, site, tx)
    await own_changes.tell(who, "passkey-added", What.PASSKEY_ADDED, wanted.browser, tx, name=made.name)
    return made


async def rename(who: Principal, wanted: RenameOwnPasskey, tx: Transaction) -> None:
    """Another name; raises NotFound."""
    await keyrings.rename(wanted.passkey, [who.sub], wanted.name, tx)


async def remove(who: Principal, wanted: RemoveOwnPasskey, parts: Parts, tx: Transaction) -> None:
    """Removes one, ends what may be open with it, tells the member; raises SignInAgain, NotFound, LastMeans."""
    await hold(who, tx)
    name = await keyrings.remove(wanted.passkey, [who.sub], tx)
    if not await keyrings.count_of([who.sub], tx) and not await _comes_in_by_provider(who.sub, parts, tx):
        raise LastMeans
    await own_sessions.end_others(who, tx)
    await own_changes.tell(who, "passkey-removed", What.PASSKEY_REMOVED, wanted.browser, tx, name=name)


async def hold(who: Principal, tx: Transaction) -> None:
    """Lets nobody else change the member's means meanwhile; raises SignInAgain, and SignInRequired once it has left."""
    await recent_proofs.demand(who, tx)
    if await tx.driver.fetchval("SELECT 1 FROM staff WHERE id = $1 AND active FOR UPDATE", who.sub) is None:
        raise SignInRequired


def binding(who: Principal) -> str:
    """What a challenge is bound to that a session of staff asks for."""
    return f"session {who.sid}"


async def _comes_in_by_provider(member: UUID, parts: Parts, tx: Transaction) -> bool:
    """Whether the authenticator still opens the console: behind a linked account of a provider that lets staff in."""
    issuers = [
        issuer
        for client in await clients.letting_in(Audience.STAFF, tx)
        for issuer in parts.settings.endpoints(client.provider, client.tenant).issuers
    ]
    found: bool = await tx.driver.fetchval(
        "SELECT EXISTS (SELECT 1 FROM authenticators WHERE staff = $1)"
        " AND EXISTS (SELECT 1 FROM staff_links WHERE staff = $1 AND issuer = ANY($2))",
        *(member, issuers),
    )
    return found
