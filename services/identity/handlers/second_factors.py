"""Staff on their way in: the invitation or a provider's word, and the second factor."""

from contracts.identity.openid import Audience, OpenidBegun
from contracts.identity.passkeys import PasskeyOptions, PasskeySignIn
from contracts.identity.second_factors import (
    AcceptInvitation,
    AuthenticatorKey,
    BeginStaffPasskey,
    BeginStaffPasskeySignIn,
    FinishStaffOpenid,
    FinishStaffPasskey,
    FinishStaffPasskeySignIn,
    GetStaffEntry,
    ListStaffWays,
    ProveAuthenticator,
    SetUpAuthenticator,
    StaffEntry,
    StaffSignedIn,
    StaffWays,
    StartStaffOpenid,
)
from kit.bus import Call
from services.identity import agencies
from services.identity.openid import redirects
from services.identity.parts import parts
from services.identity.passkeys import challenges
from services.identity.passkeys.challenges import Purpose
from services.identity.staff import authenticators, entries, invitations, openid, passkeys

from .service import service


@service.answers(AcceptInvitation)
async def accept_invitation(request: AcceptInvitation, call: Call) -> StaffEntry:
    """Invitation → a way in on which a passkey is made."""
    async with call.transaction() as transaction:
        await agencies.enter(request.agency, transaction)
        return await invitations.accept(request.key, transaction)


@service.answers(GetStaffEntry)
async def get_staff_entry(request: GetStaffEntry, call: Call) -> StaffEntry:
    """What the next page offers."""
    async with call.transaction() as transaction:
        await agencies.enter(request.agency, transaction)
        return (await entries.find(request.entry, transaction)).shown(request.entry)


@service.answers(SetUpAuthenticator)
async def set_up_authenticator(request: SetUpAuthenticator, call: Call) -> AuthenticatorKey:
    """A key to scan."""
    async with call.transaction() as transaction:
        await agencies.enter(request.agency, transaction)
        return await authenticators.set_up(request.entry, parts(call).seal, transaction)


@service.answers(ProveAuthenticator)
async def prove_authenticator(request: ProveAuthenticator, call: Call) -> StaffSignedIn:
    """Code → session. The try is counted and committed before the code is looked at."""
    async with call.transaction() as transaction:
        agency = await agencies.enter(request.agency, transaction)
        left = await authenticators.count_try(request.entry, transaction)
    async with call.transaction(agency) as transaction:
        seal = parts(call).seal
        return await authenticators.prove(request.entry, request.code, left, seal, request.browser, transaction)


@service.answers(ListStaffWays)
async def list_staff_ways(request: ListStaffWays, call: Call) -> StaffWays:
    """The buttons of the console's sign-in page."""
    async with call.transaction() as transaction:
        await agencies.enter(request.agency, transaction)
        return StaffWays(providers=await openid.ways(transaction))


@service.answers(StartStaffOpenid)
async def start_staff_openid(request: StartStaffOpenid, call: Call) -> OpenidBegun:
    """Off to Google or Microsoft."""
    async with call.transaction() as transaction:
        await agencies.enter(request.agency, transaction)
        outcome = await openid.begin(request.provider, request.browser, parts(call), transaction)
    return await parts(call).pace.say(outcome, request.browser)


@service.answers(FinishStaffOpenid)
async def finish_staff_openid(request: FinishStaffOpenid, call: Call) -> StaffEntry:
    """Back from there: the second factor comes next. The provider is asked between two transactions."""
    async with call.transaction() as transaction:
        agency = await agencies.enter(request.agency, transaction)
        going = await redirects.take(request.returned, Audience.STAFF, parts(call), transaction)
    claims = await redirects.finish(going, request.returned, parts(call))
    async with call.transaction(agency) as transaction:
        return await openid.arrive(claims, transaction)


@service.answers(BeginStaffPasskey)
async def begin_staff_passkey(request: BeginStaffPasskey, call: Call) -> PasskeyOptions:
    """After an invitation, or after a provider has vouched for an invited member."""
    async with call.transaction() as transaction:
        await agencies.enter(request.agency, transaction)
        return await passkeys.begin_making(request, parts(call).settings.site, transaction)


@service.answers(FinishStaffPasskey)
async def finish_staff_passkey(request: FinishStaffPasskey, call: Call) -> StaffSignedIn:
    """Passkey → session."""
    async with call.transaction() as transaction:
        agency = await agencies.enter(request.agency, transaction)
        challenge = await challenges.take(request.credential, Purpose.MAKE, request.entry, transaction)
    async with call.transaction(agency) as transaction:
        return await passkeys.finish_making(request, challenge, parts(call).settings.site, transaction)


@service.answers(BeginStaffPasskeySignIn)
async def begin_staff_passkey_sign_in(request: BeginStaffPasskeySignIn, call: Call) -> PasskeySignIn:
    """The console's door."""
    async with call.transaction() as transaction:
        await agencies.enter(request.agency, transaction)
        outcome = await passkeys.begin_sign_in(request.browser, parts(call), transaction)
    return await parts(call).pace.say(outcome, request.browser)


@service.answers(FinishStaffPasskeySignIn)
async def finish_staff_passkey_sign_in(request: FinishStaffPasskeySignIn, call: Call) -> StaffSignedIn:
    """Passkey → session, the usual way in."""
    async with call.transaction() as transaction:
        agency = await agencies.enter(request.agency, transaction)
        challenge = await challenges.take(request.credential, Purpose.PROVE, request.sign_in, transaction)
    async with call.transaction(agency) as transaction:
        return await passkeys.finish_sign_in(request, challenge, parts(call).settings.site, transaction)
