"""A member's own ways in: passkeys, authenticator and sessions, managed by the member of staff alone."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from contracts.kinds import Caller, Model, NotFound, Nothing, Refusal, Request

from .passkeys import Credential, Passkey, PasskeyName, PasskeyOptions, PasskeyRefused, SignInAgain, TooManyPasskeys
from .second_factors import AuthenticatorKey
from .sessions import Browser, LiveSession, SessionsEnded
from .sign_in import CodeWrong


class LastMeans(Refusal):
    """Without this the member could not come in any more, and an admin would have to help."""

    code, status = "last_means", 409
    title = "Nothing else opens the console for you. Please add another passkey first."


class AuthenticatorChangeOver(Refusal):
    """The new authenticator was not confirmed in time, or by too many wrong codes; the old one still counts."""

    code, status = "authenticator_change_over", 410
    title = "The new authenticator app was not confirmed in time. Please begin again. The old one still works."


class OwnWays(Model):
    """How the member who asks comes in: passkeys, the newest first, and sessions, the one that asks first.

    `authenticator_since` is empty where there is none; `may_add` is off where there are passkeys enough.
    """

    passkeys: list[Passkey]
    may_add: bool
    authenticator_since: datetime | None
    sessions: list[LiveSession]


class GetOwnWays(Request[OwnWays], owner="identity", caller=Caller.AGENCY, reads=True):
    """The ways in of the member who asks."""


class BeginOwnPasskey(
    Request[PasskeyOptions], owner="identity", caller=Caller.AGENCY, refusals=(SignInAgain, TooManyPasskeys)
):
    """What the browser needs to make a further passkey; needs a recent proof, as all that follows."""


class FinishOwnPasskey(
    Request[Passkey],
    owner="identity",
    caller=Caller.AGENCY,
    refusals=(SignInAgain, TooManyPasskeys, PasskeyRefused),
):
    """Keeps the passkey that the browser made; a mail tells the member."""

    credential: Credential
    name: PasskeyName = ""
    browser: Browser = Browser()


class RenameOwnPasskey(Request[Nothing], owner="identity", caller=Caller.AGENCY, refusals=(NotFound,)):
    """Gives a passkey another name, which opens nothing and so needs no recent proof."""

    passkey: UUID
    name: PasskeyName = Field(min_length=1)


class RemoveOwnPasskey(
    Request[Nothing], owner="identity", caller=Caller.AGENCY, refusals=(SignInAgain, NotFound, LastMeans)
):
    """Removes a passkey and ends the member's other sessions; a mail tells the member. Never the last means."""

    passkey: UUID
    browser: Browser = Browser()


class BeginAuthenticator(Request[AuthenticatorKey], owner="identity", caller=Caller.AGENCY, refusals=(SignInAgain,)):
    """The key of a new authenticator, good for half an hour in this session; the old one counts until a code came."""


class FinishAuthenticator(
    Request[Nothing],
    owner="identity",
    caller=Caller.AGENCY,
    refusals=(SignInAgain, AuthenticatorChangeOver, CodeWrong),
):
    """Puts the new authenticator in the old one's place once its code is right, and ends the other sessions."""

    code: str = Field(max_length=40)
    browser: Browser = Browser()


class RemoveAuthenticator(
    Request[Nothing], owner="identity", caller=Caller.AGENCY, refusals=(SignInAgain, NotFound, LastMeans)
):
    """Removes the authenticator and ends the member's other sessions. Never the last means."""

    browser: Browser = Browser()


class EndOwnSession(Request[Nothing], owner="identity", caller=Caller.AGENCY, refusals=(NotFound,)):
    """Ends a session of the member who asks; the one that asks may be named too."""

    session: UUID
    browser: Browser = Browser()


class EndOwnOtherSessions(Request[SessionsEnded], owner="identity", caller=Caller.AGENCY):
    """Ends every session of the member who asks but this one."""

    browser: Browser = Browser()
