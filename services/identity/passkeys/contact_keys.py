"""A contact's passkeys: made and removed by the contact, used to sign in, ended or excused by the agency."""

from typing import Any
from uuid import UUID

from contracts.identity.activities import Doer, What
from contracts.identity.passkeys import (
    FinishPasskey,
    FinishPasskeySignIn,
    PasskeyAdded,
    PasskeyNeeded,
    PasskeyOptions,
    PasskeyRefused,
    Passkeys,
    PasskeySignIn,
    RemovePasskey,
    RenamePasskey,
)
from contracts.identity.sessions import Browser, SignedIn
from contracts.kinds import NotFound, SignInRequired
from contracts.principal import Kind, Limit, Principal
from kit.database import Transaction
from services.identity import agencies, secret
from services.identity.access import change_mails
from services.identity.audit import activities
from services.identity.limits import admissions, comers
from services.identity.limits.pace import Outcome
from services.identity.parts import Parts
from services.identity.people import contacts, proven_contacts
from services.identity.sign_in import arrivals
from services.identity.signed_in import browsers, recent_proofs, sessions
from services.identity.site import Site

from . import ceremonies, keyrings
from .challenges import Challenge, Holder


async def listed(who: Principal, tx: Transaction) -> Passkeys:
    """The passkeys of the person behind the session."""
    items = await keyrings.list_of(await _holders(who, tx), tx)
    offered = (await proven_contacts.methods(tx)).passkeys != "off"
    return Passkeys(items=items, may_add=offered and len(items) < keyrings.MOST and not who.read_only)


async def begin(who: Principal, site: Site, tx: Transaction) -> PasskeyOptions:
    """What the browser is to be asked; raises NotFound, SignInAgain, PasskeyNeeded, TooManyPasskeys."""
    await _may_add(who, tx)
    name, email = await _person(who.sub, tx)
    holder = Holder(Kind.CONTACT, who.sub)
    return PasskeyOptions(options=await ceremonies.begin_registration(holder, name, email, binding(who), site, tx))


async def add(who: Principal, challenge: Challenge, wanted: FinishPasskey, site: Site, tx: Transaction) -> PasskeyAdded:
    """Keeps the passkey, tells the person by mail; a session that was limited to this rises to a new one."""
    await _may_add(who, tx)
    holder = Holder(Kind.CONTACT, who.sub)
    name = wanted.name or ", ".join(browsers.facts_of(wanted.browser.agent).values())
    made = await ceremonies.finish_registration(challenge, holder, wanted.credential, name, site, tx)
    await change_mails.leave(who.sub, "passkey-added", tx)
    signed_in = await _rise(who, wanted.browser, tx) if who.limit is Limit.PASSKEY else None
    await _record(What.PASSKEY_ADDED, who, wanted.browser, made.name, tx)
    return PasskeyAdded(passkey=made, signed_in=signed_in)


async def rename(who: Principal, wanted: RenamePasskey, tx: Transaction) -> None:
    """Another name; raises NotFound."""
    await keyrings.rename(wanted.passkey, await _holders(who, tx), wanted.name, tx)


async def remove(who: Principal, wanted: RemovePasskey, tx: Transaction) -> None:
    """Removes one, ends what may be open with it elsewhere, tells the person by mail.

    Raises NotFound, SignInAgain, PasskeyNeeded.
    """
    await _may_change(who, tx)
    name = await keyrings.remove(wanted.passkey, await _holders(who, tx), tx)
    await sessions.end_of_person(who.sub, tx, but=who.sid, came_by=ceremonies.AMR[0])
    await change_mails.leave(who.sub, "passkey-removed", tx)
    await _record(What.PASSKEY_REMOVED, who, wanted.browser, name, tx)


async def begin_sign_in(browser: Browser, parts: Parts, tx: Transaction) -> Outcome[PasskeySignIn]:
    """A sign-in with any passkey of this agency's insureds; raises NotFound where they are off, SlowDown."""
    if (await proven_contacts.methods(tx)).passkeys == "off":
        raise NotFound
    delay = await admissions.admit_start(await comers.at_the_door("", browser, parts.marks, tx), tx)
    carried = secret.new_secret(tx.agency)
    options = await ceremonies.begin_assertion(None, carried, parts.settings.site, tx)
    return Outcome(PasskeySignIn(sign_in=carried, options=options), delay)


async def finish_sign_in(challenge: Challenge, wanted: FinishPasskeySignIn, parts: Parts, tx: Transaction) -> SignedIn:
    """Lets in who holds the passkey; raises NotFound, PasskeyRefused."""
    if (await proven_contacts.methods(tx)).passkeys == "off":
        raise NotFound
    holder, _ = await ceremonies.finish_assertion(challenge, Kind.CONTACT, wanted.credential, parts.settings.site, tx)
    entrants = await proven_contacts.entrants_of(holder.id, tx, hold=True)
    if not entrants:
        raise PasskeyRefused
    signed_in = await arrivals.let_in(entrants, ceremonies.AMR, wanted.browser, tx)
    await comers.got_in(entrants[0].email, wanted.browser, parts.marks, parts.wide, tx)
    return signed_in


def binding(who: Principal) -> str:
    """What a challenge is bound to that a session asks for."""
    return f"session {who.sid}"


async def _may_add(who: Principal, tx: Transaction) -> None:
    if (await proven_contacts.methods(tx)).passkeys == "off":
        raise NotFound
    await _may_change(who, tx)


async def _may_change(who: Principal, tx: Transaction) -> None:
    """Where the agency requires passkeys, a code alone makes the first one and never touches what is there."""
    await recent_proofs.demand(who, tx)
    required = (await proven_contacts.methods(tx)).passkeys == "required"
    if required and ceremonies.AMR[0] not in who.amr and await keyrings.count_of(await _holders(who, tx), tx):
        raise PasskeyNeeded


async def _holders(who: Principal, tx: Transaction) -> list[UUID]:
    """The contacts that are one person: those with the address that the session has proven."""
    rows = await tx.driver.fetch(
        "SELECT c.id FROM sessions s JOIN contacts c ON c.agency = s.agency AND c.email_key = s.email"
        " WHERE s.id = $1 AND c.email_key <> '' AND NOT c.deleted",
        who.sid,
    )
    return [who.sub, *(row["id"] for row in rows if row["id"] != who.sub)]


async def _person(contact: UUID, tx: Transaction) -> tuple[str, str]:
    row: Any = await tx.driver.fetchrow(
        "SELECT trim(first_name || ' ' || last_name) AS name, email FROM contacts WHERE id = $1 AND NOT deleted",
        contact,
    )
    if row is None:
        raise SignInRequired
    return row["name"], row["email"]


async def _rise(who: Principal, browser: Browser, tx: Transaction) -> SignedIn:
    entrants = [one for one in await proven_contacts.entrants_of(who.sub, tx, hold=True) if one.id == who.sub]
    if not entrants:
        raise SignInRequired
    await agencies.require_open(tx)
    await sessions.replace(who.sid, tx)
    (own,) = entrants
    opened = await sessions.open_one(
        Kind.CONTACT, own.id, (*who.amr, *ceremonies.AMR), browser, tx, email=own.email, account=own.account.id
    )
    return SignedIn(next="home", accounts=[own.account], token=opened.token, expires_at=opened.expires_at)


async def _record(what: What, who: Principal, browser: Browser, name: str, tx: Transaction) -> None:
    person = await contacts.name_of(who.sub, tx)
    doer = Doer(kind="contact", id=str(who.sub), name=person, address=browser.address)
    await activities.record(what, doer, tx, account=who.account, contact=who.sub, facts={"name": name})
