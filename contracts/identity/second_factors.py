"""Second factors of staff: nobody is in before one is proven, a passkey or the codes of an authenticator."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from contracts.kinds import Caller, Model, NotFound, Refusal, Request

from .openid import OpenidAway, OpenidBegun, OpenidOver, OpenidRefused, OpenidReturn, Provider
from .passkeys import Credential, PasskeyName, PasskeyOptions, PasskeyRefused, PasskeySignIn, TooManyPasskeys
from .sessions import Browser
from .sign_in import CodeWrong, SlowDown
from .staff import InvitationOver
from .texts import AgencySlug

Factor = Literal["passkey", "authenticator"]


class EntryOver(Refusal):
    """The way in was not finished in time, or too often wrong; it begins again."""

    code, status, title = "entry_over", 410, "This took too long or was tried too often. Please sign in again."


class StaffNotFound(Refusal):
    """The provider vouches for somebody who is not on the staff of this agency."""

    code, status = "staff_not_found", 404
    title = "This account is not on your agency's staff. Please ask an admin of your agency."


class StaffEntry(Model):
    """A member of staff who has proven one thing and is not in yet; `entry` is the secret of this way in.

    `has` are second factors that the member can prove now, `makes` those that may be made now.
    """

    entry: str
    name: str
    email: str
    has: tuple[Factor, ...]
    makes: tuple[Factor, ...]


class AuthenticatorKey(Model):
    """What an authenticator is set up with: the key in base 32, and the address that its QR code holds."""

    key: str
    address: str


class StaffSignedIn(Model):
    """A session of a member of staff: its token, shown once, and its end."""

    token: str
    expires_at: datetime


class StaffWays(Model):
    """How staff of an agency may begin to sign in, beside a passkey."""

    providers: tuple[Provider, ...]


class ListStaffWays(Request[StaffWays], owner="identity", caller=Caller.ANYONE, reads=True, refusals=(NotFound,)):
    """What the console's sign-in page offers."""

    agency: AgencySlug


class StartStaffOpenid(Request[OpenidBegun], owner="identity", caller=Caller.ANYONE, refusals=(NotFound, SlowDown)):
    """Begins a way in of staff with an OpenID Connect provider; not found where the agency has no client there."""

    agency: AgencySlug
    provider: Provider
    browser: Browser = Browser()


class FinishStaffOpenid(
    Request[StaffEntry],
    owner="identity",
    caller=Caller.ANYONE,
    refusals=(NotFound, OpenidOver, OpenidRefused, OpenidAway, StaffNotFound, InvitationOver),
):
    """Trades what the provider answered for a way in on which the second factor comes next."""

    agency: AgencySlug
    returned: OpenidReturn
    browser: Browser = Browser()


class AcceptInvitation(
    Request[StaffEntry], owner="identity", caller=Caller.ANYONE, refusals=(NotFound, InvitationOver)
):
    """Uses an invitation up; a passkey is made next."""

    agency: AgencySlug
    key: str = Field(max_length=200)
    browser: Browser = Browser()


class GetStaffEntry(
    Request[StaffEntry], owner="identity", caller=Caller.ANYONE, reads=True, refusals=(NotFound, EntryOver)
):
    """How far a way in has come."""

    agency: AgencySlug
    entry: str = Field(max_length=200)


class SetUpAuthenticator(
    Request[AuthenticatorKey], owner="identity", caller=Caller.ANYONE, refusals=(NotFound, EntryOver)
):
    """The key of a new authenticator; asked again in the same way in it is the same key."""

    agency: AgencySlug
    entry: str = Field(max_length=200)


class ProveAuthenticator(
    Request[StaffSignedIn],
    owner="identity",
    caller=Caller.ANYONE,
    refusals=(NotFound, EntryOver, CodeWrong, SlowDown),
):
    """Trades an authenticator's code for a session; the first right one also keeps a new authenticator."""

    agency: AgencySlug
    entry: str = Field(max_length=200)
    code: str = Field(max_length=40)
    browser: Browser = Browser()


class BeginStaffPasskey(
    Request[PasskeyOptions], owner="identity", caller=Caller.ANYONE, refusals=(NotFound, EntryOver, TooManyPasskeys)
):
    """What the browser needs to make a passkey on a way in."""

    agency: AgencySlug
    entry: str = Field(max_length=200)


class FinishStaffPasskey(
    Request[StaffSignedIn],
    owner="identity",
    caller=Caller.ANYONE,
    refusals=(NotFound, EntryOver, TooManyPasskeys, PasskeyRefused),
):
    """Keeps the passkey that the browser made and lets the member in: it is what one has and who one is."""

    agency: AgencySlug
    entry: str = Field(max_length=200)
    credential: Credential
    name: PasskeyName = ""
    browser: Browser = Browser()


class BeginStaffPasskeySignIn(
    Request[PasskeySignIn], owner="identity", caller=Caller.ANYONE, refusals=(NotFound, SlowDown)
):
    """What the browser needs to sign a member of staff in with a passkey of its choice."""

    agency: AgencySlug
    browser: Browser = Browser()


class FinishStaffPasskeySignIn(
    Request[StaffSignedIn], owner="identity", caller=Caller.ANYONE, refusals=(NotFound, PasskeyRefused)
):
    """Trades the browser's answer for a session; `entry` names a way in that the passkey finishes."""

    agency: AgencySlug
    sign_in: str = Field(max_length=200)
    entry: str = Field(default="", max_length=200)
    credential: Credential
    browser: Browser = Browser()
