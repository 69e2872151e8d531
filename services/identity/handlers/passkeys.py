"""Passkeys: a contact's own, signing in with one, and what the agency can do about them."""

from contracts.identity.passkeys import (
    BeginPasskey,
    BeginPasskeySignIn,
    EndPasskeys,
    ExcuseFromPasskey,
    FinishPasskey,
    FinishPasskeySignIn,
    GetPasskeyState,
    ListPasskeys,
    PasskeyAdded,
    PasskeyOptions,
    Passkeys,
    PasskeySignIn,
    PasskeyState,
    RemovePasskey,
    RenamePasskey,
)
from contracts.identity.sessions import SignedIn
from contracts.kinds import Nothing
from kit.bus import Call
from services.identity import agencies
from services.identity.parts import parts
from services.identity.passkeys import challenges, contact_keys, excuses
from services.identity.passkeys.challenges import Purpose

from .service import service


@service.answers(ListPasskeys)
async def list_passkeys(_: ListPasskeys, call: Call) -> Passkeys:
    """For the page of ways to sign in."""
    async with call.transaction() as transaction:
        return await contact_keys.listed(call.who, transaction)


@service.answers(BeginPasskey)
async def begin_passkey(_: BeginPasskey, call: Call) -> PasskeyOptions:
    """What the browser needs to make one."""
    async with call.transaction() as transaction:
        return await contact_keys.begin(call.who, parts(call).settings.site, transaction)


@service.answers(FinishPasskey)
async def finish_passkey(request: FinishPasskey, call: Call) -> PasskeyAdded:
    """Keeps what the browser made. The challenge is taken up for good before the answer is verified."""
    bound = contact_keys.binding(call.who)
    async with call.transaction() as transaction:
        challenge = await challenges.take(request.credential, Purpose.MAKE, bound, transaction)
    async with call.transaction() as transaction:
        return await contact_keys.add(call.who, challenge, request, parts(call).settings.site, transaction)


@service.answers(RenamePasskey)
async def rename_passkey(request: RenamePasskey, call: Call) -> Nothing:
    """Another name."""
    async with call.transaction() as transaction:
        await contact_keys.rename(call.who, request, transaction)
        return Nothing()


@service.answers(RemovePasskey)
async def remove_passkey(request: RemovePasskey, call: Call) -> Nothing:
    """One less."""
    async with call.transaction() as transaction:
        await contact_keys.remove(call.who, request, transaction)
        return Nothing()


@service.answers(BeginPasskeySignIn)
async def begin_passkey_sign_in(request: BeginPasskeySignIn, call: Call) -> PasskeySignIn:
    """What the browser needs to sign in with one."""
    async with call.transaction() as transaction:
        await agencies.visit(request.agency, transaction)
        outcome = await contact_keys.begin_sign_in(request.browser, parts(call), transaction)
    return await parts(call).pace.say(outcome, request.browser)


@service.answers(FinishPasskeySignIn)
async def finish_passkey_sign_in(request: FinishPasskeySignIn, call: Call) -> SignedIn:
    """The browser's answer → session. The challenge is taken up for good before the answer is verified."""
    async with call.transaction() as transaction:
        agency = await agencies.visit(request.agency, transaction)
        challenge = await challenges.take(request.credential, Purpose.PROVE, request.sign_in, transaction)
    async with call.transaction(agency) as transaction:
        return await contact_keys.finish_sign_in(challenge, request, parts(call), transaction)


@service.answers(GetPasskeyState)
async def get_passkey_state(request: GetPasskeyState, call: Call) -> PasskeyState:
    """For staff who are asked about them."""
    async with call.transaction() as transaction:
        return await excuses.state(request.contact, transaction)


@service.answers(EndPasskeys)
async def end_passkeys(request: EndPasskeys, call: Call) -> PasskeyState:
    """For a contact who has lost them."""
    async with call.transaction() as transaction:
        return await excuses.end_all(call.who, request, transaction)


@service.answers(ExcuseFromPasskey)
async def excuse_from_passkey(request: ExcuseFromPasskey, call: Call) -> PasskeyState:
    """For a contact whose devices cannot have one."""
    async with call.transaction() as transaction:
        return await excuses.excuse(call.who, request, transaction)
