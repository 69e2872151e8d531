"""Passkeys of staff: made on a way in, or proven to come in; a verified user with a key is two factors at once."""

from contracts.identity.passkeys import PasskeyOptions, PasskeyRefused, PasskeySignIn
from contracts.identity.second_factors import (
    BeginStaffPasskey,
    EntryOver,
    FinishStaffPasskey,
    FinishStaffPasskeySignIn,
    StaffSignedIn,
)
from contracts.identity.sessions import Browser
from contracts.principal import Kind
from kit.database import Transaction
from services.identity import secret
from services.identity.limits import admissions
from services.identity.limits.pace import Outcome
from services.identity.parts import Parts
from services.identity.passkeys import ceremonies
from services.identity.passkeys.ceremonies import AMR
from services.identity.passkeys.challenges import Challenge, Holder
from services.identity.site import Site

from . import entries


async def begin_making(wanted: BeginStaffPasskey, site: Site, tx: Transaction) -> PasskeyOptions:
    """What the browser needs to make one; raises EntryOver on a way in that has none to make."""
    way = await entries.find(wanted.entry, tx)
    if "passkey" not in way.makes:
        raise EntryOver
    holder = Holder(Kind.STAFF, way.member)
    options = await ceremonies.begin_registration(holder, way.name, way.email, wanted.entry, site, tx)
    return PasskeyOptions(options=options)


async def finish_making(wanted: FinishStaffPasskey, challenge: Challenge, site: Site, tx: Transaction) -> StaffSignedIn:
    """Keeps the passkey and lets the member in; raises EntryOver, PasskeyRefused."""
    way = await entries.hold(wanted.entry, tx)
    if "passkey" not in way.makes:
        raise EntryOver
    holder = Holder(Kind.STAFF, way.member)
    await ceremonies.finish_registration(challenge, holder, wanted.credential, wanted.name, site, tx)
    return await entries.finish(way, AMR, wanted.browser, tx)


async def begin_sign_in(browser: Browser, parts: Parts, tx: Transaction) -> Outcome[PasskeySignIn]:
    """What the browser needs to prove any passkey of staff. Raises SlowDown."""
    delay = await admissions.admit_staff(browser, parts.marks, tx)
    sign_in = secret.new_secret(tx.agency)
    options = await ceremonies.begin_assertion(None, sign_in, parts.settings.site, tx)
    return Outcome(PasskeySignIn(sign_in=sign_in, options=options), delay)


async def finish_sign_in(
    wanted: FinishStaffPasskeySignIn, challenge: Challenge, site: Site, tx: Transaction
) -> StaffSignedIn:
    """Lets in the member whose passkey was proven; a way in of the same member ends with it. Raises PasskeyRefused."""
    holder, _ = await ceremonies.finish_assertion(challenge, Kind.STAFF, wanted.credential, site, tx)
    try:
        if wanted.entry:
            way = await entries.hold(wanted.entry, tx)
            if way.member == holder.id:
                return await entries.finish(way, AMR, wanted.browser, tx)
        return await entries.let_in(holder.id, AMR, wanted.browser, tx)
    except EntryOver:
        raise PasskeyRefused from None
