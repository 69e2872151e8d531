"""Signing in with Google: which accounts an agency takes, and who is behind one."""

from uuid import UUID

from contracts.identity.openid import Audience, GoogleAccountNotFound, GoogleSignIn, OpenidBegun, Provider
from contracts.identity.sessions import Browser
from contracts.identity.sign_in import EmailNotFound
from kit.agencies import agency_details
from kit.database import Transaction
from services.identity.limits import admissions, comers
from services.identity.limits.pace import Outcome
from services.identity.parts import Parts
from services.identity.people import contacts
from services.identity.people.contacts import Entrant
from services.identity.sign_in import arrivals, starts

from . import google_links, redirects
from .gmail import is_gmail
from .tokens import Claims


async def begin(email: str, browser: Browser, parts: Parts, tx: Transaction) -> Outcome[OpenidBegun]:
    """Begins the way of a browser to Google; `email` is who it will probably be. Raises NotFound, SlowDown."""
    delay = await admissions.admit_start(await comers.at_the_door(email, browser, parts.marks, tx), tx)
    return Outcome(await redirects.begin(Provider.GOOGLE, Audience.INSUREDS, parts, tx, email=email), delay)


async def arrive(claims: Claims, browser: Browser, parts: Parts, tx: Transaction) -> GoogleSignIn:
    """Lets in the person behind a linked Google account; for any other sends the one code that links it.

    The address of the Google account counts only where there is no link yet, and must then be the contact's own to
    the letter. Raises GoogleAccountNotFound for an account that the agency does not take, EmailNotFound where the
    address is no contact's with access, SlowDown.
    """
    await _check_account(claims, tx)
    linked = await google_links.contacts_of(claims, tx)
    entrants = await _linked(linked, tx) or await contacts.with_email(claims.email, tx, hold=True)
    if not entrants:
        raise EmailNotFound
    if linked.issuperset(entrant.id for entrant in entrants):
        signed_in = await arrivals.let_in(entrants, (google_links.BY_GOOGLE,), browser, tx)
        await comers.got_in(entrants[0].email, browser, parts.marks, parts.wide, tx)
        return GoogleSignIn(signed_in=signed_in)
    sign_in, started = await starts.begin_by_email(entrants, browser, parts, tx)
    await google_links.keep_proof(sign_in, claims, tx)
    return GoogleSignIn(sign_in=started)


async def _linked(linked: set[UUID], tx: Transaction) -> list[Entrant]:
    """Everyone behind the address on file of the linked contacts, however Google writes the address today."""
    email = await tx.driver.fetchval(
        f"SELECT c.email FROM contacts c WHERE c.id = ANY($1) AND {contacts.HAS_ACCESS} ORDER BY c.id LIMIT 1",
        list(linked),
    )
    return await contacts.with_email(email, tx, hold=True) if email else []


async def _check_account(claims: Claims, tx: Transaction) -> None:
    details = await agency_details(tx, tx.agency)
    every = details is not None and details.sign_in.google_accounts == "verified"
    if not claims.email or not claims.email_verified or not (every or is_gmail(claims.email)):
        raise GoogleAccountNotFound
