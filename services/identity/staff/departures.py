"""Departures: what ends, at once and together, when a member of staff leaves or has lost the means to come in."""

from uuid import UUID

from kit.database import Transaction
from services.identity import impersonations
from services.identity.passkeys import keyrings
from services.identity.signed_in import sessions


async def end(member: UUID, tx: Transaction) -> None:
    """Ends the member's sessions, looks at portals, ways in, invitations, passkeys, authenticator and links."""
    await sessions.end_of([member], tx)
    await tx.driver.execute("UPDATE staff_entries SET over_at = now() WHERE staff = $1 AND over_at IS NULL", member)
    await tx.driver.execute("UPDATE staff_invitations SET over_at = now() WHERE staff = $1 AND over_at IS NULL", member)
    await tx.driver.execute("DELETE FROM authenticators WHERE staff = $1", member)
    await tx.driver.execute("DELETE FROM authenticator_changes WHERE staff = $1", member)
    await tx.driver.execute("DELETE FROM staff_links WHERE staff = $1", member)
    await keyrings.end_of([member], tx)
    await impersonations.end_of_requesters([member], tx)
