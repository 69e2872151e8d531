"""Passwords set without the old one: by a code to the primary e-mail, by a link that the agency had mailed."""

import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

from contracts.identity.activities import Doer
from contracts.identity.passwords import (
    PasswordLink,
    PasswordLinkOver,
    PasswordReset,
    PasswordSignIn,
    PasswordWeak,
    SetPasswordByCode,
    SetPasswordByLink,
    StartPasswordReset,
    TriesSpent,
)
from contracts.identity.sessions import Browser, SignedIn
from contracts.identity.sign_in import CodeOver, CodeWrong
from contracts.kinds import NotFound
from kit.bus import Call
from kit.database import Transaction
from kit.ids import new_id
from kit.masking import mask_email
from services.identity import agencies, secret
from services.identity.limits import admissions, comers
from services.identity.limits.budgets import LONGEST_WAIT
from services.identity.limits.pace import Outcome
from services.identity.parts import parts
from services.identity.people import proven_contacts
from services.identity.people.contacts import Entrant
from services.identity.sign_in import arrivals
from services.identity.sign_in.codes import Codes

from . import password_budgets, password_rules, passwords
from .hashing import Hashing

LIFETIME = timedelta(minutes=30)
TRIES = 5
END = "UPDATE password_resets SET over_at = now() WHERE id = $1 AND over_at IS NULL RETURNING true"


async def begin(wanted: StartPasswordReset, call: Call) -> PasswordReset:
    """Sends a code to whoever has the user name, and takes as long where nobody has it; raises NotFound, TriesSpent."""
    began = time.monotonic()
    async with call.transaction() as tx:
        answer = await _begin(wanted, call, tx)
    return await parts(call).pace.say(Outcome(answer, level=True, began=began), wanted.browser)


async def _begin(wanted: StartPasswordReset, call: Call, tx: Transaction) -> PasswordReset:
    own = parts(call)
    await agencies.enter(wanted.agency, tx)
    if not (await proven_contacts.methods(tx)).passwords:
        raise NotFound
    comer = await password_budgets.comer_of(wanted.user_name, wanted.browser, own.marks, tx)
    await password_budgets.admit_reset(comer, tx)
    known = await passwords.find(wanted.user_name, tx)
    entrants = await proven_contacts.entrants_of(known.contact, tx) if known.contact else []
    reset, carried = await _keep(known.contact if entrants else None, tx)
    if entrants and known.contact is not None:
        await _send(reset, known.contact, entrants, own.codes, tx)
    else:
        await own.codes.pretend(reset, "", tx)
    return PasswordReset(sign_in=carried)


async def begin_for_first(contact: UUID, entrants: list[Entrant], codes: Codes, tx: Transaction) -> PasswordSignIn:
    """After a printed first password: its code is on the way."""
    reset, carried = await _keep(contact, tx)
    sent_to = await _send(reset, contact, entrants, codes, tx)
    return PasswordSignIn(next="code", sign_in=carried, sent_to=mask_email(sent_to))


async def finish(wanted: SetPasswordByCode, call: Call) -> SignedIn:
    """Sets the password with a code and lets in; the try is committed before the code is compared.

    Raises NotFound, CodeWrong, CodeOver, PasswordWeak (which costs no try), TriesSpent.
    """
    own = parts(call)
    password_rules.check(wanted.password, ())
    async with call.transaction() as tx:
        agency = await agencies.enter(wanted.agency, tx)
        reset, contact, email, left = await _count_try(wanted.sign_in, tx)
        comer = await comers.at_the_door(email, wanted.browser, own.marks, tx)
        guess = await admissions.admit_guess(comer, own.wide, tx, hopeless=contact is None)
        if not guess.alone:
            raise TriesSpent(retry_after=LONGEST_WAIT)
    try:
        await _refuse_printed(contact, wanted.password, own.hashing, call, agency)
        hashed = await own.hashing.hash(wanted.password)
        async with call.transaction(agency) as tx:
            channel = await own.codes.use(reset, wanted.code, tx, ends=True)
            if channel is None or contact is None:
                raise CodeWrong(attempts_left=left) if left else CodeOver
            if not await tx.driver.fetchval(END, reset):
                raise CodeOver  # somebody else has set or taken away the password meanwhile
            await passwords.check(contact, wanted.password, tx)
            await admissions.give_back(guess, own.wide, tx)
            return await _set_and_let_in(contact, hashed, ("pwd", "otp", channel), wanted.browser, tx)
    except PasswordWeak:
        async with call.transaction(agency) as tx:
            await tx.driver.execute("UPDATE password_resets SET tries = tries - 1 WHERE id = $1 AND tries > 0", reset)
        raise


async def look(key: str, tx: Transaction) -> PasswordLink:
    """Whose link it is; raises PasswordLinkOver."""
    row = await tx.driver.fetchrow(
        "SELECT k.user_name, l.expires_at FROM password_links l JOIN credentials k ON k.contact = l.contact"
        " WHERE l.secret_hash = $1 AND l.over_at IS NULL AND l.expires_at > now()",
        secret.hash_of(key),
    )
    if row is None or not (await proven_contacts.methods(tx)).passwords:
        raise PasswordLinkOver
    return PasswordLink(user_name=row["user_name"], expires_at=row["expires_at"])


async def finish_by_link(wanted: SetPasswordByLink, call: Call) -> SignedIn:
    """Sets the password with the link, which is used up, and lets in; raises PasswordLinkOver, PasswordWeak."""
    async with call.transaction() as tx:
        agency = await agencies.enter(wanted.agency, tx)
        contact: UUID | None = await _whose(wanted.key, tx)
    password_rules.check(wanted.password, ())
    await _refuse_printed(contact, wanted.password, parts(call).hashing, call, agency)
    hashed = await parts(call).hashing.hash(wanted.password)
    async with call.transaction(agency) as tx:
        contact = await tx.driver.fetchval(
            "UPDATE password_links SET over_at = now()"
            " WHERE secret_hash = $1 AND over_at IS NULL AND expires_at > now() RETURNING contact",
            secret.hash_of(wanted.key),
        )
        if contact is None:
            raise PasswordLinkOver
        await passwords.check(contact, wanted.password, tx)
        return await _set_and_let_in(contact, hashed, ("pwd", "otp", "email"), wanted.browser, tx)


async def _whose(key: str, tx: Transaction) -> UUID:
    await look(key, tx)
    contact: UUID = await tx.driver.fetchval(
        "SELECT contact FROM password_links WHERE secret_hash = $1", secret.hash_of(key)
    )
    return contact


async def _refuse_printed(contact: UUID | None, password: str, hashing: Hashing, call: Call, agency: UUID) -> None:
    """Raises PasswordWeak for the printed first password again: staff have seen it."""
    async with call.transaction(agency) as tx:
        known = await passwords.of_contact(contact or agency, tx)  # nobody's where nobody has the name
    # as much work as well where there is none
    if await hashing.is_right(passwords.typed(password, known), known.hash if known.first else None):
        raise PasswordWeak(reason="printed")


async def _set_and_let_in(
    contact: UUID, hashed: str, amr: tuple[str, ...], browser: Browser, tx: Transaction
) -> SignedIn:
    entrants = await proven_contacts.entrants_of(contact, tx, hold=True)
    own = next((entrant for entrant in entrants if entrant.id == contact), None)
    if own is None:
        raise CodeOver  # the access was taken away meanwhile
    doer = Doer(kind="contact", id=str(contact), name=own.name, address=browser.address)
    await passwords.keep(contact, hashed, doer, own.account.id, None, tx)
    return await arrivals.let_in(entrants, amr, browser, tx)


async def _keep(contact: UUID | None, tx: Transaction) -> tuple[UUID, str]:
    reset, carried = new_id(), secret.new_secret(tx.agency)
    await tx.driver.execute(
        "INSERT INTO password_resets (id, agency, contact, secret_hash, expires_at) VALUES ($1, $2, $3, $4, $5)",
        *(reset, tx.agency, contact, secret.hash_of(carried), datetime.now(UTC) + LIFETIME),
    )
    return reset, carried


async def _send(reset: UUID, contact: UUID, entrants: list[Entrant], codes: Codes, tx: Transaction) -> str:
    own = next(entrant for entrant in entrants if entrant.id == contact)
    language = own.language or await tx.driver.fetchval(
        "SELECT details->>'default_language' FROM agencies WHERE id = $1", tx.agency
    )
    await codes.send(reset, own, "email", language, tx)
    return own.email


async def _count_try(carried: str, tx: Transaction) -> tuple[UUID, UUID | None, str, int]:
    row = await tx.driver.fetchrow(
        "UPDATE password_resets r SET tries = tries + 1"
        " WHERE secret_hash = $1 AND over_at IS NULL AND expires_at > now() AND tries < $2"
        " RETURNING id, contact, tries, coalesce((SELECT email FROM contacts c WHERE c.id = r.contact), '') AS email",
        secret.hash_of(carried),
        TRIES,
    )
    if row is None:
        raise CodeOver
    # where nobody has the name, its budgets are those of the reset itself
    return row["id"], row["contact"], row["email"] or f"reset {row['id']}", TRIES - row["tries"]
