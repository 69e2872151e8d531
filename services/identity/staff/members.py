"""Staff: who works for an agency and with which role; one admin at least can always come in."""

from uuid import UUID

import asyncpg

from contracts.identity.activities import Doer, What
from contracts.identity.staff import ChangeMember, Colleague, LastAdmin, Member, MemberExists
from contracts.kinds import NotFound
from contracts.principal import Role
from kit.database import Transaction
from kit.ids import new_id
from services.identity.audit import activities
from services.identity.signed_in import sessions

from . import departures, invitations

MEMBERS = """
SELECT m.id, m.name, m.email, m.role, m.came_in_at, f.passkeys, f.authenticator,
       i.until AS invited_until,
       CASE WHEN NOT m.active THEN 'ended' WHEN f.passkeys > 0 OR f.authenticator THEN 'in'
            WHEN i.until > now() THEN 'invited' ELSE 'overdue' END AS standing
FROM staff m
CROSS JOIN LATERAL (SELECT (SELECT count(*) FROM passkeys p WHERE p.holder = m.id) AS passkeys,
                           EXISTS (SELECT 1 FROM authenticators a WHERE a.staff = m.id) AS authenticator) f
LEFT JOIN LATERAL (SELECT max(expires_at) AS until FROM staff_invitations v
                   WHERE v.staff = m.id AND v.over_at IS NULL) i ON true
"""


async def every(tx: Transaction) -> list[Member]:
    """Everyone by name, those who have left last."""
    rows = await tx.driver.fetch(MEMBERS + " ORDER BY NOT m.active, lower(m.name), m.id")
    return [_member(row) for row in rows]


async def colleagues(tx: Transaction) -> list[Colleague]:
    """Everyone who can sign in, by name."""
    return [
        Colleague(id=member.id, name=member.name, role=member.role)
        for member in await every(tx)
        if member.standing == "in"
    ]


async def one(member: UUID, tx: Transaction) -> Member:
    """A member of this agency, also one who has left; raises NotFound."""
    row = await tx.driver.fetchrow(MEMBERS + " WHERE m.id = $1", member)
    if row is None:
        raise NotFound
    return _member(row)


async def invite(name: str, email: str, role: Role, doer: Doer, tx: Transaction) -> Member:
    """Adds a member, or takes one back who had left, and sends an invitation; raises MemberExists."""
    member: UUID | None = await tx.driver.fetchval(
        "INSERT INTO staff AS m (id, agency, email, name, role) VALUES ($1, $2, lower($3), $4, $5)"
        " ON CONFLICT (agency, email) DO UPDATE SET active = true, name = excluded.name, role = excluded.role,"
        " came_in_at = NULL WHERE NOT m.active RETURNING id",
        *(new_id(), tx.agency, email, name, role.value),
    )
    if member is None:
        raise MemberExists
    await invitations.send(member, doer.name, tx)
    await activities.record(What.MEMBER_INVITED, doer, tx, facts={"name": name, "role": role.value})
    return await one(member, tx)


async def change(wanted: ChangeMember, doer: Doer, tx: Transaction) -> Member:
    """Changes a name or a role; a member with another role has to sign in again. Raises NotFound, LastAdmin."""
    before = await _active(wanted.member, tx)
    if wanted.role not in (None, before["role"]):
        if before["role"] == Role.ADMIN:
            await _leave_an_admin(wanted.member, tx)
        await sessions.end_of([wanted.member], tx)
    after = await tx.driver.fetchrow(
        "UPDATE staff SET name = coalesce($2, name), role = coalesce($3, role) WHERE id = $1 RETURNING name, role",
        *(wanted.member, wanted.name, wanted.role.value if wanted.role else None),
    )
    assert after is not None
    if (after["name"], after["role"]) != (before["name"], before["role"]):
        await activities.record(What.MEMBER_CHANGED, doer, tx, facts=dict(after))
    return await one(wanted.member, tx)


async def end(member: UUID, doer: Doer, tx: Transaction) -> None:
    """Ends a member's work here and everything that opens for the member; raises NotFound, LastAdmin."""
    found = await _active(member, tx)
    if found["role"] == Role.ADMIN:
        await _leave_an_admin(member, tx)
    await tx.driver.execute("UPDATE staff SET active = false WHERE id = $1", member)
    await departures.end(member, tx)
    await activities.record(What.MEMBER_ENDED, doer, tx, facts={"name": found["name"]})


async def recover(member: UUID, doer: Doer, tx: Transaction, *, last_too: bool = False) -> Member:
    """Ends everything that opens for a member and sends a new invitation.

    Raises NotFound, and LastAdmin unless `last_too`: whoever holds the machine may recover the last one.
    """
    found = await _active(member, tx)
    if found["role"] == Role.ADMIN and not last_too:
        await _leave_an_admin(member, tx)
    await tx.driver.execute("UPDATE staff SET came_in_at = NULL WHERE id = $1", member)
    await departures.end(member, tx)
    await invitations.send(member, doer.name, tx)
    await activities.record(What.MEMBER_RECOVERED, doer, tx, facts={"name": found["name"]})
    return await one(member, tx)


async def with_email(email: str, tx: Transaction) -> UUID | None:
    """The active member with this address."""
    found: UUID | None = await tx.driver.fetchval("SELECT id FROM staff WHERE email = lower($1) AND active", email)
    return found


async def _active(member: UUID, tx: Transaction) -> asyncpg.Record:
    """Locks the member, and every admin, so that no two of them take the role from one another at the same time.

    In one order, so that those who try do not lock one another out.
    """
    rows = await tx.driver.fetch(
        "SELECT id, name, role FROM staff WHERE active AND (id = $1 OR role = 'admin') ORDER BY id FOR UPDATE", member
    )
    row: asyncpg.Record | None = next((row for row in rows if row["id"] == member), None)
    if row is None:
        raise NotFound
    return row


async def _leave_an_admin(member: UUID, tx: Transaction) -> None:
    """Raises LastAdmin where no other admin could come in; an admin who never came in may go before the others do."""
    admins = await tx.driver.fetch("SELECT id, came_in_at FROM staff WHERE role = 'admin' AND active")
    leaves_as = next(row["came_in_at"] for row in admins if row["id"] == member)
    if not any(row["id"] != member and (row["came_in_at"] or leaves_as is None) for row in admins):
        raise LastAdmin


def _member(row: asyncpg.Record) -> Member:
    return Member(**dict(row))
