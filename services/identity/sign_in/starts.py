"""Sign-ins: from an e-mail address to an identification code that is on its way."""

import secrets
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from contracts.identity.sessions import Browser
from contracts.identity.sign_in import CodeOver, CodeSent, EmailNotFound, SendCode, SignInStarted
from contracts.kinds import NotFound
from kit.database import Transaction
from kit.ids import new_id
from services.identity import agencies, secret
from services.identity.limits import admissions, budgets, comers
from services.identity.limits.pace import Outcome
from services.identity.openid.gmail import way_of
from services.identity.parts import Parts
from services.identity.people import contacts
from services.identity.people.contacts import Entrant

from . import channels, texts
from .channels import Way

LIFETIME = timedelta(minutes=30)
SWEPT_ONE_IN = 64  # of the sign-ins that begin, one takes old ones away

OLD = """
WITH gone AS (
  DELETE FROM sign_ins WHERE id IN (
    SELECT id FROM sign_ins WHERE expires_at < now() - interval '2 days' LIMIT 200 FOR UPDATE SKIP LOCKED)
  RETURNING id)
DELETE FROM codes WHERE sign_in IN (SELECT id FROM gone)
"""


async def begin(email: str, browser: Browser, parts: Parts, tx: Transaction) -> Outcome[SignInStarted]:
    """Begins a sign-in for everyone who has this address; with one channel only, its code is sent at once.

    Comes to EmailNotFound where that may be told; raises SlowDown. An agency that does not disclose who is known,
    and everybody while too many unknown addresses are tried, gets a veiled one: by e-mail alone, the same for unknown
    addresses.
    """
    began, email = time.monotonic(), email.strip().lower()
    way = await way_of(email, tx)
    if way == "google":
        return Outcome(SignInStarted(sign_in="", next="google", channels=[]))
    comer, open_ = await admissions.meet(email, browser, parts.marks, tx)
    entrants = await contacts.with_email(email, tx)
    veiled = await _discloses_nothing(tx) or not open_
    if not entrants and not veiled:
        if await admissions.admit_unknown(comer, parts.wide, tx):
            return Outcome(EmailNotFound())
        veiled = True
    ways = [channels.by_email(entrants)] if veiled else await channels.of(entrants, tx)
    choose = len(ways) > 1 or way == "google-or-code"
    delay = await (admissions.admit_start(comer, tx) if choose else admissions.admit_code(comer, parts.wide, tx))
    sign_in, carried = await _keep(email, ways, tx, veiled=veiled)
    shown = [channels.shown(one, entrants, email) for one in ways]
    if choose:
        next_ = "google" if way == "google-or-code" else "channel"
        return Outcome(SignInStarted(sign_in=carried, next=next_, channels=shown), delay, veiled, began)
    await send(sign_in, email, ways[0], entrants, parts, tx)
    started = SignInStarted(sign_in=carried, next="code", channels=shown, sent_to=shown[0].masked, certain=not veiled)
    return Outcome(started, delay, veiled, began)


async def begin_by_email(
    entrants: list[Entrant], browser: Browser, parts: Parts, tx: Transaction
) -> tuple[UUID, SignInStarted]:
    """Begins a sign-in whose code goes to the primary e-mail and nowhere else; raises SlowDown."""
    email = entrants[0].email.lower()
    await admissions.admit_code(await comers.at_the_door(email, browser, parts.marks, tx), parts.wide, tx)
    way = channels.by_email(entrants)
    sign_in, carried = await _keep(email, [way], tx)
    await send(sign_in, email, way, entrants, parts, tx)
    shown = channels.shown(way, entrants, email)
    return sign_in, SignInStarted(sign_in=carried, next="code", channels=[shown], sent_to=shown.masked)


async def send_code(wanted: SendCode, parts: Parts, tx: Transaction) -> Outcome[CodeSent]:
    """Sends a (new) code by the chosen channel, or by the first; gives the person all tries again.

    Where texts have been turned off meanwhile it goes by e-mail. Raises CodeOver when the sign-in has ended, NotFound
    for a channel that is not its own, SlowDown.
    """
    began = time.monotonic()
    row = await tx.driver.fetchrow(
        "SELECT id, email, channels, veiled FROM sign_ins"
        " WHERE secret_hash = $1 AND over_at IS NULL AND expires_at > now()",
        secret.hash_of(wanted.sign_in),
    )
    if row is None:
        raise CodeOver
    ways = channels.read(row["channels"])
    way = next((one for one in ways if wanted.channel in (None, one.id)), None)
    if way is None:
        raise NotFound
    entrants = await contacts.with_email(row["email"], tx)
    if channels.owner(way, entrants) is None and not row["veiled"]:
        raise CodeOver  # the access was taken away meanwhile
    comer = await comers.at_the_door(row["email"], wanted.browser, parts.marks, tx)
    delay = await admissions.admit_code(comer, parts.wide, tx)
    if way.kind == "sms" and not await texts.are_on(tx):
        way = ways[0]
    if way.kind == "sms":
        await texts.admit(_number(way, entrants), parts.marks, tx)
    await tx.driver.execute("UPDATE sign_ins SET tries = 0 WHERE id = $1", row["id"])
    await send(row["id"], row["email"], way, entrants, parts, tx)
    sent = CodeSent(sent_to=channels.masked(way, entrants, row["email"]), kind=way.kind)
    return Outcome(sent, delay, row["veiled"], began)


async def send(sign_in: UUID, email: str, way: Way, entrants: list[Entrant], parts: Parts, tx: Transaction) -> None:
    """Sends a code by a channel of this sign-in; for nobody's it only looks so."""
    entrant = channels.owner(way, entrants)
    language = await channels.language_of(entrant, tx)
    if entrant is None:
        await parts.codes.pretend(sign_in, email, tx)
        return
    if len({one.name for one in entrants}) > 1:
        entrant = replace(entrant, name="")  # nobody is greeted by another one's name
    recipient = parts.marks.number(entrant.mobile) if way.kind == "sms" else None
    await parts.codes.send(sign_in, entrant, way.kind, language, tx, recipient=recipient)


async def _keep(email: str, ways: list[Way], tx: Transaction, *, veiled: bool = False) -> tuple[UUID, str]:
    carried = secret.new_secret(tx.agency)
    sign_in = new_id()
    await tx.driver.execute(
        "INSERT INTO sign_ins (id, agency, secret_hash, email, channels, veiled, expires_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        sign_in,
        tx.agency,
        secret.hash_of(carried),
        email,
        channels.written(ways),
        veiled,
        datetime.now(UTC) + LIFETIME,
    )
    if not secrets.randbelow(SWEPT_ONE_IN):
        await tx.driver.execute(OLD)
        await budgets.sweep(tx)
    return sign_in, carried


async def _discloses_nothing(tx: Transaction) -> bool:
    return (await agencies.current(tx)).sign_in.disclosure == "neutral"


def _number(way: Way, entrants: list[Entrant]) -> str:
    entrant = channels.owner(way, entrants)
    return entrant.mobile if entrant else ""
