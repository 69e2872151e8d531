"""Staff with OpenID Connect: who on the staff a provider vouches for, which is the first of two factors."""

from uuid import UUID

from contracts.identity.openid import Audience, OpenidBegun, Provider
from contracts.identity.second_factors import Factor, StaffEntry, StaffNotFound
from contracts.identity.sessions import Browser
from contracts.identity.staff import InvitationOver
from kit.database import Transaction
from services.identity.limits import admissions
from services.identity.limits.pace import Outcome
from services.identity.openid import clients, redirects
from services.identity.openid.gmail import is_gmail
from services.identity.openid.tokens import Claims
from services.identity.parts import Parts

from . import entries, invitations, members

AMR = ("fed",)  # another house's word; RFC 8176 has no name for it
MAKES: tuple[Factor, ...] = ("passkey", "authenticator")


async def ways(tx: Transaction) -> tuple[Provider, ...]:
    """The providers at which the transaction's agency has a client for its staff."""
    return tuple(client.provider for client in await clients.letting_in(Audience.STAFF, tx))


async def begin(provider: Provider, browser: Browser, parts: Parts, tx: Transaction) -> Outcome[OpenidBegun]:
    """Begins the way of a browser to a provider; raises NotFound where the agency has no client there, SlowDown."""
    delay = await admissions.admit_staff(browser, parts.marks, tx)
    return Outcome(await redirects.begin(provider, Audience.STAFF, parts, tx), delay)


async def arrive(claims: Claims, tx: Transaction) -> StaffEntry:
    """A way in for the member behind the claims: by the link, or the first time by an address of the provider itself.

    A second factor can be made only while the invitation is good, so that a provider's account alone never opens the
    console. Raises StaffNotFound, InvitationOver.
    """
    member = await _linked(claims, tx) or await members.with_email(address_of(claims), tx)
    if member is None:
        raise StaffNotFound
    found = await members.one(member, tx)
    if found.standing == "overdue":
        raise InvitationOver
    makes = MAKES if await invitations.is_waiting(member, tx) and found.standing == "invited" else ()
    return await entries.begin(member, AMR, makes, tx, issuer=claims.issuer, subject=claims.subject)


def address_of(claims: Claims) -> str:
    """The address that the provider itself is in charge of; empty where it only repeats what it was once told.

    Google: a Gmail address, or one of a Workspace's own domain. Microsoft: the user name in the agency's directory.
    """
    if claims.provider is Provider.MICROSOFT:
        return claims.user_name
    domain = claims.email.rpartition("@")[2].lower()
    in_charge = is_gmail(claims.email) or (claims.hosted_domain and claims.hosted_domain.lower() == domain)
    return claims.email if claims.email_verified and in_charge else ""


async def _linked(claims: Claims, tx: Transaction) -> UUID | None:
    member: UUID | None = await tx.driver.fetchval(
        "SELECT l.staff FROM staff_links l JOIN staff m ON m.id = l.staff"
        " WHERE l.issuer = $1 AND l.subject = $2 AND m.active",
        *(claims.issuer, claims.subject),
    )
    return member
