"""Tries: an identification code as it was typed, counted before it is compared, traded for a session."""

import time
from dataclasses import dataclass
from uuid import UUID

from contracts.identity.activities import Doer, What
from contracts.identity.sessions import Browser, SignedIn
from contracts.identity.sign_in import CodeAgain, CodeOver, CodeWrong, FinishSignIn
from contracts.kinds import Refusal
from kit.database import Transaction
from services.identity import secret
from services.identity.audit import activities
from services.identity.limits import admissions, budgets, comers
from services.identity.limits.admissions import Guess
from services.identity.limits.comers import NUMBER
from services.identity.limits.pace import Outcome
from services.identity.openid import google_links
from services.identity.parts import Parts
from services.identity.people import contacts
from services.identity.people.contacts import Entrant

from . import arrivals, channels, codes, starts
from .channels import Way

TRIES = 5  # wrong codes since the newest one was sent
COUNT = f"""
UPDATE sign_ins s SET tries = tries + 1
WHERE secret_hash = $1 AND over_at IS NULL AND expires_at > now() AND tries < $2
RETURNING id, email, channels, veiled, proven_at, tries,
  EXISTS (SELECT FROM ({codes.NEWEST.format(sign_in="s.id")}) newest WHERE good) AS live,
  EXISTS (SELECT FROM google_proofs p WHERE p.sign_in = s.id) AS google
"""


@dataclass(frozen=True)
class Counted:
    """A try that has been counted; `proven` says that a first code was right already, `left` are the tries after.

    `google` says that Google has vouched for somebody at its beginning.
    """

    sign_in: UUID
    email: str
    ways: list[Way]
    veiled: bool
    proven: bool
    google: bool
    left: int
    guess: Guess
    began: float


async def count(wanted: FinishSignIn, parts: Parts, tx: Transaction) -> Counted:
    """Counts a try, to be committed before the code is compared, so that no rollback gives it back.

    Raises CodeOver where nothing typed could be right any more, SlowDown where the client has to wait; then the
    rollback gives the try back.
    """
    began = time.monotonic()
    row = await tx.driver.fetchrow(COUNT, secret.hash_of(wanted.sign_in), TRIES)
    if row is None or not row["live"]:
        raise CodeOver
    ways, proven = channels.read(row["channels"]), row["proven_at"] is not None
    comer = await comers.at_the_door(row["email"], wanted.browser, parts.marks, tx)
    guess = await admissions.admit_guess(comer, parts.wide, tx, hopeless=proven or ways[0].contact is None)
    left = TRIES - row["tries"]
    return Counted(row["id"], row["email"], ways, row["veiled"], proven, row["google"], left, guess, began)


async def finish(counted: Counted, wanted: FinishSignIn, parts: Parts, tx: Transaction) -> Outcome[SignedIn]:
    """Uses up the code and opens the session, or sends the second code where one alone is not enough now.

    Comes to CodeWrong with the tries left, CodeOver when none is left, CodeAgain.
    """
    enough = counted.guess.alone or counted.proven
    channel = await parts.codes.use(counted.sign_in, wanted.code, tx, ends=enough)
    if channel is None:
        refusal: Refusal = CodeWrong(attempts_left=counted.left) if counted.left else CodeOver()
        if not counted.left:
            await _tell_household(counted, wanted.browser, tx)
        return Outcome(refusal, counted.guess.delay, counted.veiled, counted.began)
    entrants = await contacts.with_email(counted.email, tx, hold=True)
    if not entrants:
        raise CodeOver  # the access was taken away meanwhile
    if not enough:
        await admissions.give_back(counted.guess, parts.wide, tx)
        way = next((one for one in counted.ways if one.kind == channel), counted.ways[0])
        await _ask_again(counted, way, entrants, parts, tx)
        return Outcome(CodeAgain(attempts_left=TRIES), counted.guess.delay, counted.veiled, counted.began)
    parts.wide.give_back(counted.guess.shared, tx)
    linked = counted.google and await google_links.complete(counted.sign_in, entrants, wanted.browser, tx)
    amr = (google_links.BY_GOOGLE, "otp") if linked else ("otp", channel)
    signed_in = await arrivals.let_in(entrants, amr, wanted.browser, tx)
    for number in {entrant.mobile for entrant in entrants if entrant.mobile and channel == "sms"}:
        await budgets.forget(NUMBER, parts.marks.number(number), tx, keep=1)
    await comers.got_in(counted.email, wanted.browser, parts.marks, parts.wide, tx, paid=counted.guess.paid)
    return Outcome(signed_in, began=counted.began)


async def _tell_household(counted: Counted, browser: Browser, tx: Transaction) -> None:
    """The last try of a sign-in was wrong: those whose code was guessed see it in their activity."""
    doer = Doer(kind="portal", address=browser.address)
    for entrant in await contacts.with_email(counted.email, tx):
        await activities.record_seldom(What.CODES_WRONG, doer, tx, account=entrant.account.id, contact=entrant.id)


async def _ask_again(counted: Counted, way: Way, entrants: list[Entrant], parts: Parts, tx: Transaction) -> None:
    """The first of two codes was right: it ends all others of this sign-in, and a second one goes the same way."""
    await parts.codes.retire(counted.sign_in, tx)
    await tx.driver.execute("UPDATE sign_ins SET proven_at = now(), tries = 0 WHERE id = $1", counted.sign_in)
    await starts.send(counted.sign_in, counted.email, way, entrants, parts, tx)
