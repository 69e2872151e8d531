"""Signing in with a user name and a password, and changing the password; wrong names and passwords look alike."""

import time
from uuid import UUID

from contracts.identity.activities import Doer, What
from contracts.identity.passwords import ChangePassword, PasswordSignIn, PasswordWrong, SignInWithPassword
from contracts.identity.sessions import Browser
from contracts.kinds import NotFound
from contracts.principal import Principal
from kit.bus import Call
from kit.database import Transaction
from services.identity import agencies
from services.identity.audit import activities
from services.identity.limits.pace import Outcome
from services.identity.parts import parts
from services.identity.people import contacts, proven_contacts
from services.identity.sign_in import arrivals
from services.identity.signed_in import recent_proofs

from . import password_budgets, password_resets, passwords
from .passwords import Known

AMR = ("pwd",)


async def sign_in(wanted: SignInWithPassword, call: Call) -> PasswordSignIn:
    """Lets in who knows the password; a printed one only begins to set an own one.

    Raises NotFound, PasswordWrong, TriesSpent, Unavailable; a wrong name and a wrong password take the same time.
    """
    began = time.monotonic()
    try:
        return await _sign_in(wanted, call)
    except PasswordWrong as refusal:
        return await parts(call).pace.say(Outcome(refusal, level=True, began=began), wanted.browser)


async def _sign_in(wanted: SignInWithPassword, call: Call) -> PasswordSignIn:
    """The try is spent and committed before the password is looked at, outside of any transaction."""
    own = parts(call)
    async with call.transaction() as tx:
        agency = await agencies.enter(wanted.agency, tx)
        if not (await proven_contacts.methods(tx)).passwords:
            raise NotFound
        known = await passwords.find(wanted.user_name, tx)
        comer = await password_budgets.comer_of(wanted.user_name, wanted.browser, own.marks, tx)
        paid = await password_budgets.admit(comer, own.wide, tx, known=known.contact is not None)
    if not await own.hashing.is_right(passwords.typed(wanted.password, known), known.hash):
        async with call.transaction(agency) as tx:
            await _note_wrong(known.contact, wanted.browser, tx)
        raise PasswordWrong
    async with call.transaction(agency) as tx:
        await password_budgets.give_back(paid, own.wide, tx)
        return await _let_in(known, wanted, call, tx)


async def change(wanted: ChangePassword, call: Call) -> None:
    """Replaces the password of the person who asks, with the current one.

    Raises NotFound without an own password, SignInAgain, PasswordWrong, TriesSpent, PasswordWeak.
    """
    own, who = parts(call), call.who
    async with call.transaction() as tx:
        await recent_proofs.demand(who, tx)
        known = await passwords.of_contact(who.sub, tx)
        if known.hash is None or known.first:
            raise NotFound
        await passwords.check(who.sub, wanted.password, tx)
        comer = await password_budgets.comer_of(f"contact {who.sub}", wanted.browser, own.marks, tx)
        paid = await password_budgets.admit(comer, own.wide, tx, known=True)
    if not await own.hashing.is_right(wanted.current, known.hash):
        raise PasswordWrong
    hashed = await own.hashing.hash(wanted.password)
    async with call.transaction() as tx:
        await password_budgets.give_back(paid, own.wide, tx)
        if not await passwords.is_kept(who.sub, known.hash, tx):
            raise PasswordWrong
        await passwords.keep(who.sub, hashed, await doer_of(who, wanted.browser, tx), who.account, who.sid, tx)


async def doer_of(who: Principal, browser: Browser, tx: Transaction) -> Doer:
    """The contact behind a session."""
    name = await contacts.name_of(who.sub, tx)
    return Doer(kind="contact", id=str(who.sub), name=name, address=browser.address)


async def _let_in(known: Known, wanted: SignInWithPassword, call: Call, tx: Transaction) -> PasswordSignIn:
    own = parts(call)
    assert known.contact is not None and known.hash is not None
    entrants = await proven_contacts.entrants_of(known.contact, tx, hold=True)
    if not entrants or not await passwords.is_kept(known.contact, known.hash, tx):
        raise PasswordWrong  # the access or the password was taken away meanwhile
    if known.first:
        # each time a code goes out: whoever holds the paper must not fill the mailbox
        comer = await password_budgets.comer_of(wanted.user_name, wanted.browser, own.marks, tx)
        await password_budgets.admit_reset(comer, tx)
        return await password_resets.begin_for_first(known.contact, entrants, own.codes, tx)
    if own.hashing.is_old(known.hash):
        await passwords.rehash(known.contact, known.hash, await own.hashing.hash(wanted.password), tx)
    signed_in = await arrivals.let_in(entrants, AMR, wanted.browser, tx)
    await password_budgets.got_in(wanted.user_name, wanted.browser, own.marks, own.wide, tx)
    return PasswordSignIn(**signed_in.model_dump())


async def _note_wrong(contact: UUID | None, browser: Browser, tx: Transaction) -> None:
    """So that the person sees that somebody tries."""
    if contact is not None:
        account = await tx.driver.fetchval(
            "SELECT a.id FROM contacts c JOIN accounts a ON a.agency = c.agency AND a.ams_id = c.account_ams_id"
            " WHERE c.id = $1",
            contact,
        )
        doer = Doer(kind="portal", address=browser.address)
        if account is not None:
            await activities.record_seldom(What.PASSWORDS_WRONG, doer, tx, account=account, contact=contact)
