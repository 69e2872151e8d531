"""A member's own authenticator: put in the old one's place by a code of its own, which ends the old one; removed."""

from datetime import UTC, datetime, timedelta

import pyotp

from contracts.identity.activities import What
from contracts.identity.own_ways import AuthenticatorChangeOver, FinishAuthenticator, LastMeans, RemoveAuthenticator
from contracts.identity.second_factors import AuthenticatorKey
from contracts.identity.sign_in import CodeWrong
from contracts.kinds import NotFound
from contracts.principal import Principal
from kit.database import Transaction
from kit.sealing import Seal
from services.identity.passkeys import keyrings
from services.identity.signed_in import recent_proofs

from . import own_changes, own_sessions, own_ways
from .authenticators import PURPOSE, address_of, step_of

LIFETIME = timedelta(minutes=30)
TRIES = 5


async def begin(who: Principal, seal: Seal, tx: Transaction) -> AuthenticatorKey:
    """The key of the new one, the same one as long as this change lasts; raises SignInAgain."""
    await own_ways.hold(who, tx)
    sealed: bytes | None = await tx.driver.fetchval(
        "SELECT sealed FROM authenticator_changes"
        " WHERE staff = $1 AND session = $2 AND expires_at > now() AND tries < $3",
        *(who.sub, who.sid, TRIES),
    )
    if sealed is not None:
        key = seal.open(PURPOSE, tx.agency, who.sub, sealed)
    else:
        key = pyotp.random_base32()
        await tx.driver.execute(
            "INSERT INTO authenticator_changes (staff, agency, session, sealed, expires_at) VALUES ($1, $2, $3, $4, $5)"
            " ON CONFLICT (staff) DO UPDATE SET session = excluded.session, sealed = excluded.sealed, tries = 0,"
            " expires_at = excluded.expires_at",
            *(who.sub, tx.agency, who.sid, seal.close(PURPOSE, tx.agency, who.sub, key)),
            datetime.now(UTC) + LIFETIME,
        )
    email: str = await tx.driver.fetchval("SELECT email FROM staff WHERE id = $1", who.sub)
    return AuthenticatorKey(key=key, address=await address_of(key, email, tx))


async def count_try(who: Principal, tx: Transaction) -> int:
    """Counts a code; returns the tries left. To be committed before the code is compared.

    Raises SignInAgain, AuthenticatorChangeOver.
    """
    await recent_proofs.demand(who, tx)
    tries: int | None = await tx.driver.fetchval(
        "UPDATE authenticator_changes SET tries = tries + 1"
        " WHERE staff = $1 AND session = $2 AND expires_at > now() AND tries < $3 RETURNING tries",
        *(who.sub, who.sid, TRIES),
    )
    if tries is None:
        raise AuthenticatorChangeOver
    return TRIES - tries


async def finish(who: Principal, wanted: FinishAuthenticator, left: int, seal: Seal, tx: Transaction) -> None:
    """The new one counts from here on, and the old one no more; raises CodeWrong, AuthenticatorChangeOver."""
    await own_ways.hold(who, tx)
    sealed: bytes | None = await tx.driver.fetchval(
        "SELECT sealed FROM authenticator_changes WHERE staff = $1 AND session = $2 FOR UPDATE", who.sub, who.sid
    )
    if sealed is None:
        raise AuthenticatorChangeOver
    step = step_of(seal.open(PURPOSE, tx.agency, who.sub, sealed), wanted.code)
    if step is None:
        raise CodeWrong(attempts_left=left) if left else AuthenticatorChangeOver
    await tx.driver.execute(
        "INSERT INTO authenticators (staff, agency, sealed, step) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (staff) DO UPDATE SET sealed = excluded.sealed, step = excluded.step, tries = 0,"
        " tries_from = now(), made_at = now()",
        *(who.sub, tx.agency, sealed, step),
    )
    await tx.driver.execute("DELETE FROM authenticator_changes WHERE staff = $1", who.sub)
    await own_sessions.end_others(who, tx)
    await own_changes.tell(who, "authenticator-set", What.AUTHENTICATOR_SET, wanted.browser, tx)


async def remove(who: Principal, wanted: RemoveAuthenticator, tx: Transaction) -> None:
    """Removes it where a passkey is left; raises SignInAgain, NotFound, LastMeans."""
    await own_ways.hold(who, tx)
    if not await tx.driver.fetchval("DELETE FROM authenticators WHERE staff = $1 RETURNING true", who.sub):
        raise NotFound
    if not await keyrings.count_of([who.sub], tx):
        raise LastMeans
    await own_sessions.end_others(who, tx)
    await own_changes.tell(who, "authenticator-removed", What.AUTHENTICATOR_REMOVED, wanted.browser, tx)
