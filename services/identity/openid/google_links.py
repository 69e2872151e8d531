"""Google accounts that open the portal for a contact: linked by issuer and subject, never by an address."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from contracts.identity.activities import Doer, What
from contracts.identity.openid import GoogleLink, GoogleLinks
from contracts.identity.sessions import Browser
from contracts.kinds import NotFound
from contracts.principal import Principal
from kit.database import Transaction
from kit.ids import new_id
from services.identity.audit import activities, doers
from services.identity.people.contacts import Entrant
from services.identity.signed_in import sessions

from .tokens import Claims

PROVEN_FOR = timedelta(minutes=40)  # longer than the sign-in whose code is asked for
BY_GOOGLE = "fed"  # what a session's amr says of it: somebody else has proven who it is

# the rows of one person: the same Google account may open several accounts of the same address
PERSON = """
DELETE FROM google_links l USING google_links own
WHERE own.id = $1 AND own.contact = $2 AND l.issuer = own.issuer AND l.subject = own.subject
RETURNING l.contact, l.email
"""


async def contacts_of(claims: Claims, tx: Transaction) -> set[UUID]:
    """The contacts that this Google account is linked to; notes that it was used, and how its address reads now."""
    rows = await tx.driver.fetch(
        "UPDATE google_links SET used_at = now(), email = $3 WHERE issuer = $1 AND subject = $2 RETURNING contact",
        claims.issuer,
        claims.subject,
        claims.email,
    )
    return {row["contact"] for row in rows}


async def keep_proof(sign_in: UUID, claims: Claims, tx: Transaction) -> None:
    """Remembers with a sign-in what Google has said; only the sign-in's own code makes a link of it."""
    await tx.driver.execute("DELETE FROM google_proofs WHERE made_at < now() - $1::interval", PROVEN_FOR)
    await tx.driver.execute(
        "INSERT INTO google_proofs (sign_in, agency, issuer, subject, email) VALUES ($1, $2, $3, $4, $5)",
        sign_in,
        tx.agency,
        claims.issuer,
        claims.subject,
        claims.email,
    )


async def complete(sign_in: UUID, entrants: Sequence[Entrant], browser: Browser, tx: Transaction) -> bool:
    """Links what Google said at the beginning of this sign-in, now that its code was right; whether there was such."""
    proof = await tx.driver.fetchrow(
        "DELETE FROM google_proofs WHERE sign_in = $1 AND made_at > now() - $2::interval"
        " RETURNING issuer, subject, email",
        sign_in,
        PROVEN_FOR,
    )
    if proof is None:
        return False
    for entrant in entrants:
        linked = await tx.driver.fetchval(
            "INSERT INTO google_links (id, agency, contact, issuer, subject, email) VALUES ($1, $2, $3, $4, $5, $6)"
            " ON CONFLICT (agency, contact, issuer, subject) DO NOTHING RETURNING id",
            new_id(),
            tx.agency,
            entrant.id,
            proof["issuer"],
            proof["subject"],
            proof["email"],
        )
        if linked is not None:
            doer = Doer(kind="contact", id=str(entrant.id), name=entrant.name, address=browser.address)
            await activities.record(
                What.GOOGLE_LINKED,
                doer,
                tx,
                account=entrant.account.id,
                contact=entrant.id,
                facts={"email": proof["email"]},
            )
    return True


async def of_contact(contact: UUID, tx: Transaction) -> GoogleLinks:
    """The Google accounts that open the portal for a contact."""
    rows = await tx.driver.fetch(
        "SELECT id, email, made_at, used_at FROM google_links WHERE contact = $1 ORDER BY made_at DESC, id DESC",
        contact,
    )
    return GoogleLinks(items=[GoogleLink(**dict(row)) for row in rows])


async def end_one(link: UUID, who: Principal, browser: Browser, tx: Transaction) -> None:
    """Takes a Google account away from the person who asks, in all accounts, and ends other sessions by Google.

    Raises NotFound for a link that is not the person's own.
    """
    rows = await tx.driver.fetch(PERSON, link, who.sub)
    if not rows:
        raise NotFound
    came = await tx.driver.fetch(
        "SELECT id FROM sessions WHERE subject = ANY($1) AND kind = 'contact' AND $2 = ANY(amr) AND id <> $3"
        " AND ended_at IS NULL",
        [row["contact"] for row in rows],
        BY_GOOGLE,
        who.sid,
    )
    for row in came:
        await sessions.end(row["id"], tx)
    await activities.record(
        What.GOOGLE_UNLINKED,
        await doers.of(who, browser, tx),
        tx,
        account=who.account,
        contact=who.sub,
        facts={"email": rows[0]["email"]},
    )


async def end_of(contacts: Sequence[UUID], tx: Transaction) -> None:
    """Ends every link of these contacts: their access has ended, or their address is another one now."""
    await tx.driver.execute("DELETE FROM google_links WHERE contact = ANY($1)", list(contacts))
