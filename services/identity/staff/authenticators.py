"""Authenticators: time-based codes (RFC 6238) as a member's second factor; each code counts once."""

import hmac
import time
from datetime import timedelta
from uuid import UUID

import pyotp

from contracts.identity.second_factors import AuthenticatorKey, EntryOver, StaffSignedIn
from contracts.identity.sessions import Browser
from contracts.identity.sign_in import CodeWrong, SlowDown
from kit.database import Transaction
from kit.sealing import Seal
from services.identity.limits import budgets
from services.identity.limits.budgets import DAY, Budget

from . import entries
from .entries import UnderWay

PURPOSE = "authenticator"
STEP = 30  # seconds; six digits and SHA-1, which every authenticator knows
DRIFT = 1  # steps that a clock may be ahead or behind
MOST = 10  # codes of one member within WINDOW, over all ways in
WINDOW = timedelta(minutes=15)
A_DAY = Budget("authenticator", 40, 0, DAY)  # wrong ones of one member: whoever has the first factor may try for years


async def set_up(carried: str, seal: Seal, tx: Transaction) -> AuthenticatorKey:
    """The key of a new authenticator, the same one as long as the way in lasts; raises EntryOver."""
    way = await entries.hold(carried, tx)
    if "authenticator" not in way.makes:
        raise EntryOver
    if way.authenticator is None:
        key = pyotp.random_base32()
        sealed = seal.close(PURPOSE, tx.agency, way.member, key)
        await tx.driver.execute("UPDATE staff_entries SET authenticator = $2 WHERE id = $1", way.id, sealed)
    else:
        key = seal.open(PURPOSE, tx.agency, way.member, way.authenticator)
    return AuthenticatorKey(key=key, address=await address_of(key, way.email, tx))


async def address_of(key: str, email: str, tx: Transaction) -> str:
    """What the QR code of a new authenticator holds, in the agency's name."""
    issuer: str = await tx.driver.fetchval("SELECT details->>'name' FROM agencies WHERE id = $1", tx.agency)
    return pyotp.TOTP(key).provisioning_uri(name=email, issuer_name=issuer)


async def count_try(carried: str, tx: Transaction) -> int:
    """Counts a code against its way in and its member; returns the tries left on this way in.

    To be committed before the code is compared. Raises EntryOver, and SlowDown for a member with too many of them.
    """
    member, left = await entries.count_try(carried, tx)
    row = await tx.driver.fetchrow(
        "UPDATE authenticators SET tries = CASE WHEN tries_from < now() - $2::interval THEN 1 ELSE tries + 1 END,"
        " tries_from = CASE WHEN tries_from < now() - $2::interval THEN now() ELSE tries_from END"
        " WHERE staff = $1 RETURNING tries, extract(epoch FROM tries_from + $2::interval - now()) AS wait",
        *(member, WINDOW),
    )
    if row is None:
        return left
    if row["tries"] > MOST:
        raise SlowDown(retry_after=max(1, int(row["wait"])))
    (today,) = await budgets.take([A_DAY.of(member.bytes)], tx)
    if not today.granted:
        raise SlowDown(retry_after=today.wait)
    return left


async def prove(carried: str, code: str, left: int, seal: Seal, browser: Browser, tx: Transaction) -> StaffSignedIn:
    """Lets a member in whose code is right; raises CodeWrong with the tries left, EntryOver."""
    way = await entries.hold(carried, tx)
    right = await (_keep(way, code, seal, tx) if way.authenticator else _use(way.member, code, seal, tx))
    if not right:
        raise CodeWrong(attempts_left=left) if left else EntryOver
    return await entries.finish(way, ("otp",), browser, tx)


async def _keep(way: UnderWay, code: str, seal: Seal, tx: Transaction) -> bool:
    """Keeps the authenticator that was set up on this way in, if the code is its own."""
    assert way.authenticator is not None
    step = step_of(seal.open(PURPOSE, tx.agency, way.member, way.authenticator), code)
    if step is None:
        return False
    kept = await tx.driver.fetchval(
        "INSERT INTO authenticators (staff, agency, sealed, step) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (staff) DO NOTHING RETURNING true",
        *(way.member, tx.agency, way.authenticator, step),
    )
    if not kept:
        raise EntryOver  # another one was made meanwhile
    return True


async def _use(member: UUID, code: str, seal: Seal, tx: Transaction) -> bool:
    """Uses up the code's step, if the code is right and no later one was used."""
    sealed: bytes | None = await tx.driver.fetchval("SELECT sealed FROM authenticators WHERE staff = $1", member)
    step = step_of(seal.open(PURPOSE, tx.agency, member, sealed), code) if sealed else None
    if step is None:
        return False
    used = await tx.driver.fetchval(
        "UPDATE authenticators SET step = $2, tries = 0 WHERE staff = $1 AND step < $2 RETURNING true", member, step
    )
    if used:
        await budgets.forget(A_DAY.scope, member.bytes, tx)
    return bool(used)


def step_of(key: str, code: str) -> int | None:
    """The time step (30 s since the epoch) whose code this is, the clock's drift allowed; nothing for a wrong code."""
    typed = "".join(code.split()).encode()
    now = int(time.time()) // STEP
    codes = pyotp.TOTP(key, interval=STEP)
    steps = range(now - DRIFT, now + DRIFT + 1)
    right = [step for step in steps if hmac.compare_digest(codes.at(step * STEP).encode(), typed)]
    return right[-1] if right else None
