"""A household with a passkey's way: making one and coming in with it, for the tests of passkeys."""

from contracts.identity.passkeys import (
    BeginPasskey,
    BeginPasskeySignIn,
    FinishPasskey,
    FinishPasskeySignIn,
    PasskeyAdded,
)
from contracts.identity.sessions import SignedIn

from .authenticator import Authenticator
from .conftest import SLUG, Identity
from .visitors import as_session


async def add(identity: Identity, token: str, device: Authenticator, name: str = "Phone") -> PasskeyAdded:
    begun = await as_session(identity, token, BeginPasskey())
    return await as_session(identity, token, FinishPasskey(credential=device.make(begun.options), name=name))


async def enter(identity: Identity, device: Authenticator, slug: str = SLUG, handle: bytes | None = None) -> SignedIn:
    begun = await identity.asker.ask(BeginPasskeySignIn(agency=slug))
    credential = device.prove(begun.options, handle)
    return await identity.asker.ask(FinishPasskeySignIn(agency=slug, sign_in=begun.sign_in, credential=credential))
