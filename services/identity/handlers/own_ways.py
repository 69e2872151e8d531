"""Staff who manage their own ways in: passkeys, authenticator, sessions."""

from contracts.identity.own_ways import (
    BeginAuthenticator,
    BeginOwnPasskey,
    EndOwnOtherSessions,
    EndOwnSession,
    FinishAuthenticator,
    FinishOwnPasskey,
    GetOwnWays,
    OwnWays,
    RemoveAuthenticator,
    RemoveOwnPasskey,
    RenameOwnPasskey,
)
from contracts.identity.passkeys import Passkey, PasskeyOptions
from contracts.identity.second_factors import AuthenticatorKey
from contracts.identity.sessions import SessionsEnded
from contracts.kinds import Nothing
from kit.bus import Call
from services.identity.parts import parts
from services.identity.passkeys import challenges
from services.identity.passkeys.challenges import Purpose
from services.identity.staff import own_authenticators, own_sessions, own_ways

from .service import service


@service.answers(GetOwnWays)
async def get_own_ways(_: GetOwnWays, call: Call) -> OwnWays:
    """The page of one's own ways to sign in."""
    async with call.transaction() as transaction:
        return await own_ways.shown(call.who, transaction)


@service.answers(BeginOwnPasskey)
async def begin_own_passkey(_: BeginOwnPasskey, call: Call) -> PasskeyOptions:
    """What the browser needs to make one more."""
    async with call.transaction() as transaction:
        return await own_ways.begin(call.who, parts(call).settings.site, transaction)


@service.answers(FinishOwnPasskey)
async def finish_own_passkey(request: FinishOwnPasskey, call: Call) -> Passkey:
    """Keeps what the browser made. The challenge is taken up for good before the answer is verified."""
    async with call.transaction() as transaction:
        bound = own_ways.binding(call.who)
        challenge = await challenges.take(request.credential, Purpose.MAKE, bound, transaction)
    async with call.transaction() as transaction:
        return await own_ways.add(call.who, challenge, request, parts(call).settings.site, transaction)


@service.answers(RenameOwnPasskey)
async def rename_own_passkey(request: RenameOwnPasskey, call: Call) -> Nothing:
    """A name that the member knows it by."""
    async with call.transaction() as transaction:
        await own_ways.rename(call.who, request, transaction)
        return Nothing()


@service.answers(RemoveOwnPasskey)
async def remove_own_passkey(request: RemoveOwnPasskey, call: Call) -> Nothing:
    """Of a device that was sold or lost."""
    async with call.transaction() as transaction:
        await own_ways.remove(call.who, request, parts(call), transaction)
        return Nothing()


@service.answers(BeginAuthenticator)
async def begin_authenticator(_: BeginAuthenticator, call: Call) -> AuthenticatorKey:
    """A key to scan with the new phone."""
    async with call.transaction() as transaction:
        return await own_authenticators.begin(call.who, parts(call).seal, transaction)


@service.answers(FinishAuthenticator)
async def finish_authenticator(request: FinishAuthenticator, call: Call) -> Nothing:
    """Its first code. The try is counted and committed before the code is looked at."""
    async with call.transaction() as transaction:
        left = await own_authenticators.count_try(call.who, transaction)
    async with call.transaction() as transaction:
        await own_authenticators.finish(call.who, request, left, parts(call).seal, transaction)
        return Nothing()


@service.answers(RemoveAuthenticator)
async def remove_authenticator(request: RemoveAuthenticator, call: Call) -> Nothing:
    """No app any more: a passkey is enough."""
    async with call.transaction() as transaction:
        await own_authenticators.remove(call.who, request, transaction)
        return Nothing()


@service.answers(EndOwnSession)
async def end_own_session(request: EndOwnSession, call: Call) -> Nothing:
    """One that the member does not want."""
    async with call.transaction() as transaction:
        await own_sessions.end_one(request.session, call.who, request.browser, transaction)
        return Nothing()


@service.answers(EndOwnOtherSessions)
async def end_own_other_sessions(request: EndOwnOtherSessions, call: Call) -> SessionsEnded:
    """All but this one."""
    async with call.transaction() as transaction:
        return SessionsEnded(count=await own_sessions.end_all_others(call.who, request.browser, transaction))
