"""Entries: members of staff on their way in, from the first thing that is proven to a session after the second."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from contracts.identity.activities import Doer, What
from contracts.identity.second_factors import EntryOver, Factor, StaffEntry, StaffSignedIn
from contracts.identity.sessions import Browser
from contracts.principal import Kind
from kit.database import Transaction
from kit.ids import new_id
from services.identity import secret
from services.identity.audit import activities
from services.identity.signed_in import sessions

LIFETIME = timedelta(minutes=30)
TRIES = 5  # codes in one way in

FIND = """
SELECT e.id, e.staff, e.amr, e.makes, e.authenticator, e.issuer, e.subject, m.name, m.email,
       EXISTS (SELECT 1 FROM authenticators a WHERE a.staff = m.id) AS has_authenticator,
       EXISTS (SELECT 1 FROM passkeys p WHERE p.holder = m.id) AS has_passkey
FROM staff_entries e JOIN staff m ON m.id = e.staff
WHERE e.secret_hash = $1 AND e.over_at IS NULL AND e.expires_at > now() AND m.active
"""


@dataclass(frozen=True)
class UnderWay:
    """A way in that is not finished; `authenticator` is the sealed key of one that is being set up.

    `issuer` and `subject` are what a provider said, to be linked when the way in is finished.
    """

    id: UUID
    member: UUID
    name: str
    email: str
    amr: tuple[str, ...]
    has: tuple[Factor, ...]
    makes: tuple[Factor, ...]
    authenticator: bytes | None
    issuer: str | None
    subject: str | None

    def shown(self, carried: str) -> StaffEntry:
        """What the gateway may know of it."""
        return StaffEntry(entry=carried, name=self.name, email=self.email, has=self.has, makes=self.makes)


async def begin(
    member: UUID,
    amr: tuple[str, ...],
    makes: tuple[Factor, ...],
    tx: Transaction,
    *,
    issuer: str = "",
    subject: str = "",
) -> StaffEntry:
    """Begins a way in for a member who has proven `amr`; `makes` are second factors that may be made on it."""
    carried = secret.new_secret(tx.agency)
    await tx.driver.execute("DELETE FROM staff_entries WHERE expires_at < now() - interval '1 day'")
    await tx.driver.execute(
        "INSERT INTO staff_entries (id, agency, staff, secret_hash, amr, makes, issuer, subject, expires_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        *(
            new_id(),
            tx.agency,
            member,
            secret.hash_of(carried),
            list(amr),
            list(makes),
            issuer or None,
            subject or None,
        ),
        datetime.now(UTC) + LIFETIME,
    )
    return (await find(carried, tx)).shown(carried)


async def find(carried: str, tx: Transaction) -> UnderWay:
    """The way in with this secret; raises EntryOver."""
    row = await tx.driver.fetchrow(FIND, secret.hash_of(carried))
    if row is None:
        raise EntryOver
    has: list[Factor] = []
    if row["has_passkey"]:
        has.append("passkey")
    if row["has_authenticator"]:
        has.append("authenticator")
    return UnderWay(
        row["id"],
        row["staff"],
        row["name"],
        row["email"],
        tuple(row["amr"]),
        tuple(has),
        tuple(row["makes"]),
        row["authenticator"],
        row["issuer"],
        row["subject"],
    )


async def hold(carried: str, tx: Transaction) -> UnderWay:
    """The same, while nobody else can end the member's work; raises EntryOver."""
    member = (await find(carried, tx)).member
    await tx.driver.execute("SELECT 1 FROM staff WHERE id = $1 FOR UPDATE", member)
    return await find(carried, tx)  # it may have ended before the row could be held


async def count_try(carried: str, tx: Transaction) -> tuple[UUID, int]:
    """Counts a code; returns the member and the tries left. To be committed before the code is compared."""
    row = await tx.driver.fetchrow(
        "UPDATE staff_entries SET tries = tries + 1"
        " WHERE secret_hash = $1 AND over_at IS NULL AND expires_at > now() AND tries < $2 RETURNING staff, tries",
        *(secret.hash_of(carried), TRIES),
    )
    if row is None:
        raise EntryOver
    return row["staff"], TRIES - row["tries"]


async def finish(way: UnderWay, amr: tuple[str, ...], browser: Browser, tx: Transaction) -> StaffSignedIn:
    """Ends the way in with a session; `amr` is what was proven last. What a provider said is linked now, not before."""
    await tx.driver.execute("UPDATE staff_entries SET over_at = now() WHERE id = $1", way.id)
    if way.issuer:
        await tx.driver.execute(
            "INSERT INTO staff_links (agency, issuer, subject, staff) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            *(tx.agency, way.issuer, way.subject, way.member),
        )
    return await let_in(way.member, (*way.amr, *amr), browser, tx)


async def let_in(member: UUID, amr: tuple[str, ...], browser: Browser, tx: Transaction) -> StaffSignedIn:
    """Opens a session for a member who has proven two factors; every way in of staff ends here.

    Uses up what invitations are left. Raises EntryOver for a member who has left meanwhile.
    """
    row = await tx.driver.fetchrow(
        "UPDATE staff SET came_in_at = now() WHERE id = $1 AND active RETURNING name, email", member
    )
    if row is None:
        raise EntryOver
    await tx.driver.execute("UPDATE staff_invitations SET over_at = now() WHERE staff = $1 AND over_at IS NULL", member)
    opened = await sessions.open_one(Kind.STAFF, member, amr, browser, tx, email=row["email"])
    doer = Doer(kind="staff", id=str(member), name=row["name"], address=browser.address)
    await activities.record(What.MEMBER_SIGNED_IN, doer, tx, facts={"by": " ".join(amr)})
    return StaffSignedIn(token=opened.token, expires_at=opened.expires_at)
