"""Recent proofs: what changes how a person gets in needs one who has proven lately to be who it is."""

from datetime import timedelta

from contracts.identity.passkeys import SignInAgain
from contracts.principal import Principal
from kit.database import Transaction

FRESH = timedelta(minutes=15)


async def demand(who: Principal, tx: Transaction) -> None:
    """Raises SignInAgain where the session's last proof is older; a switch of accounts is no proof."""
    proven = await tx.driver.fetchval(
        "SELECT 1 FROM sessions WHERE id = $1 AND ended_at IS NULL AND proven_at > now() - $2::interval", who.sid, FRESH
    )
    if proven is None:
        raise SignInAgain
