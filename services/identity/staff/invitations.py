"""Invitations: a link by mail that works once, within three days, and leads a member of staff to a first passkey."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from contracts.identity.second_factors import StaffEntry
from contracts.identity.staff import Invitation, InvitationOver
from contracts.notify import SendInvitation
from kit.database import Transaction
from kit.ids import new_id
from services.identity import secret

from . import entries

LIFETIME = timedelta(hours=72)
LIVE = "v.over_at IS NULL AND v.expires_at > now() AND m.active"


async def send(member: UUID, invited_by: str, tx: Transaction) -> None:
    """Mails a new invitation once the transaction has committed; an older one ends."""
    await use_up(member, tx)
    carried = secret.new_secret(tx.agency)
    expires_at = datetime.now(UTC) + LIFETIME
    await tx.driver.execute(
        "INSERT INTO staff_invitations (id, agency, staff, secret_hash, expires_at) VALUES ($1, $2, $3, $4, $5)",
        *(new_id(), tx.agency, member, secret.hash_of(carried), expires_at),
    )
    row = await tx.driver.fetchrow(
        "SELECT m.name, m.email, g.details->>'default_language' AS language"
        " FROM staff m JOIN agencies g ON g.id = m.agency WHERE m.id = $1",
        member,
    )
    assert row is not None
    tx.enqueue(
        SendInvitation(
            agency=tx.agency,
            delivery=new_id(),
            to=row["email"],
            name=row["name"],
            invited_by=invited_by,
            key=carried,
            expires_at=expires_at,
            language=row["language"],
        )
    )


async def look(key: str, tx: Transaction) -> Invitation:
    """Whom an invitation is for; raises InvitationOver."""
    row = await tx.driver.fetchrow(
        "SELECT m.name, m.email, m.role, v.expires_at FROM staff_invitations v JOIN staff m ON m.id = v.staff"
        f" WHERE v.secret_hash = $1 AND {LIVE}",
        secret.hash_of(key),
    )
    if row is None:
        raise InvitationOver
    return Invitation(**dict(row))


async def accept(key: str, tx: Transaction) -> StaffEntry:
    """Uses an invitation up for a way in on which a passkey can be made; raises InvitationOver."""
    member: UUID | None = await tx.driver.fetchval(
        "UPDATE staff_invitations v SET over_at = now() FROM staff m"
        f" WHERE m.id = v.staff AND v.secret_hash = $1 AND {LIVE} RETURNING v.staff",
        secret.hash_of(key),
    )
    if member is None:
        raise InvitationOver
    return await entries.begin(member, ("email",), ("passkey",), tx)


async def is_waiting(member: UUID, tx: Transaction) -> bool:
    """Whether an invitation of this member is still good."""
    found: bool = await tx.driver.fetchval(
        "SELECT EXISTS (SELECT 1 FROM staff_invitations v JOIN staff m ON m.id = v.staff"
        f" WHERE v.staff = $1 AND {LIVE})",
        member,
    )
    return found


async def use_up(member: UUID, tx: Transaction) -> None:
    """Ends every invitation of a member."""
    await tx.driver.execute("UPDATE staff_invitations SET over_at = now() WHERE staff = $1 AND over_at IS NULL", member)
