"""Passkeys (WebAuthn): made after signing in, used instead of a code."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from contracts.agency_requests import StaffRequest
from contracts.kinds import Caller, Model, NotFound, Nothing, Refusal, Request

from .sessions import Browser, SignedIn
from .sign_in import SlowDown
from .texts import AgencySlug

Credential = Annotated[str, Field(max_length=16_000)]  # JSON, as the browser's PublicKeyCredential.toJSON() says it
PasskeyName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=60, pattern=r"^[^\x00-\x1f<>]*$")]


class PasskeyRefused(Refusal):
    """Unknown here, of another agency, not verified, used before, or answered too late."""

    code, status = "passkey_refused", 401
    title = "This passkey could not be used. Please try again, or sign in another way."


class TooManyPasskeys(Refusal):
    """Nobody needs more; facts: `most`."""

    code, status, title = "too_many_passkeys", 409, "You have as many passkeys as can be kept. Remove one first."


class SignInAgain(Refusal):
    """The session is too old for what changes how one gets in: sign in once more, then at once do this."""

    code, status = "sign_in_again", 403
    title = "For your safety, please sign in again before you change how you sign in."


class PasskeyNeeded(Refusal):
    """The agency requires a passkey and one is on file: only who came in with it may make or remove another."""

    code, status = "passkey_needed", 403
    title = "Please sign in with your passkey. If you have lost it, your agency can help you to make a new one."


class Passkey(Model):
    """A passkey of the person who asks; `synced` says that it is in a password manager and on several devices."""

    id: UUID
    name: str
    synced: bool
    made_at: datetime
    used_at: datetime | None


class Passkeys(Model):
    """Passkeys, the newest first; `may_add` is off where the agency does not offer them or there are enough."""

    items: list[Passkey]
    may_add: bool


class PasskeyOptions(Model):
    """What the browser is to be asked, as WebAuthn's JSON (parseCreationOptionsFromJSON, parseRequestOptionsFromJSON).

    Good once, for five minutes, for whoever asked.
    """

    options: dict[str, Any]


class PasskeyAdded(Model):
    """The new passkey; `signed_in` is the session that replaces this one where it could do nothing but this."""

    passkey: Passkey
    signed_in: SignedIn | None = None


class PasskeySignIn(Model):
    """A sign-in with a passkey in progress: `sign_in` is its secret (pages keep it in a cookie)."""

    sign_in: str
    options: dict[str, Any]


class ListPasskeys(Request[Passkeys], owner="identity", caller=Caller.INSURED, reads=True):
    """The passkeys of the person who asks."""


class BeginPasskey(
    Request[PasskeyOptions],
    owner="identity",
    caller=Caller.INSURED,
    refusals=(NotFound, SignInAgain, PasskeyNeeded, TooManyPasskeys),
    limits=("passkey",),
):
    """What the browser needs to make a passkey; not found where the agency does not offer them."""


class FinishPasskey(
    Request[PasskeyAdded],
    owner="identity",
    caller=Caller.INSURED,
    refusals=(NotFound, SignInAgain, PasskeyNeeded, TooManyPasskeys, PasskeyRefused),
    limits=("passkey",),
):
    """Keeps the passkey that the browser made; a mail tells the person."""

    credential: Credential
    name: PasskeyName = ""
    browser: Browser = Browser()


class RenamePasskey(Request[Nothing], owner="identity", caller=Caller.INSURED, refusals=(NotFound,)):
    """Gives a passkey another name."""

    passkey: UUID
    name: PasskeyName = Field(min_length=1)


class RemovePasskey(
    Request[Nothing], owner="identity", caller=Caller.INSURED, refusals=(NotFound, SignInAgain, PasskeyNeeded)
):
    """Removes a passkey and ends the other sessions that a passkey opened; a mail tells the person."""

    passkey: UUID
    browser: Browser = Browser()


class BeginPasskeySignIn(Request[PasskeySignIn], owner="identity", caller=Caller.ANYONE, refusals=(NotFound, SlowDown)):
    """What the browser needs to sign in with a passkey of its choice; not found where passkeys are off."""

    agency: AgencySlug
    browser: Browser = Browser()


class FinishPasskeySignIn(
    Request[SignedIn], owner="identity", caller=Caller.ANYONE, refusals=(NotFound, PasskeyRefused)
):
    """Trades the browser's answer for a session."""

    agency: AgencySlug
    sign_in: str = Field(max_length=200)
    credential: Credential
    browser: Browser = Browser()


class PasskeyState(Model):
    """A contact's passkeys as the agency sees them: how many, and whether the contact may do without."""

    contact: UUID
    passkeys: int
    excused: bool


class GetPasskeyState(StaffRequest[PasskeyState], owner="identity", reads=True, refusals=(NotFound,)):
    """Whether a contact has passkeys, and whether it may do without."""

    contact: UUID


class EndPasskeys(StaffRequest[PasskeyState], owner="identity", roles=("admin", "agent"), refusals=(NotFound,)):
    """Removes all passkeys of a contact who has lost them, and ends its sessions."""

    contact: UUID
    browser: Browser = Browser()


class ExcuseFromPasskey(StaffRequest[PasskeyState], owner="identity", roles=("admin", "agent"), refusals=(NotFound,)):
    """Lets a contact do without a passkey although the agency requires one (its devices cannot), or no longer."""

    contact: UUID
    excused: bool
    browser: Browser = Browser()
