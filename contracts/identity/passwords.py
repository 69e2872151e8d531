"""Assigned credentials: a user name from the agency and a password that only the insured knows."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from contracts.agency_requests import StaffRequest
from contracts.kinds import Caller, Model, NotFound, Nothing, Refusal, Request

from .contacts import AccountChoice
from .passkeys import SignInAgain
from .sessions import Browser, SignedIn
from .sign_in import CodeOver, CodeWrong, SlowDown
from .texts import AgencySlug, Typed

UserName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=3, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._@+-]*$"),
]
GivenPassword = Annotated[str, Field(max_length=400)]


class UserNameTaken(Refusal):
    """Another contact of the agency has this user name."""

    code, status, title = "user_name_taken", 409, "This user name is taken. Please choose another one."


class NoAccess(Refusal):
    """The contact cannot sign in at all: no primary e-mail, or its access is off."""

    code, status = "no_access", 409
    title = "This contact cannot sign in yet. It needs an e-mail address on file, and access turned on."


class PasswordWrong(Refusal):
    """Not this password, or not this user name: the answer is the same."""

    code, status, title = "password_wrong", 401, "This user name or password is not right."


class TriesSpent(Refusal):
    """Too many wrong passwords; facts: `retry_after` in seconds. Another way in is open all the time."""

    code, status = "tries_spent", 429
    title = "There were too many wrong passwords. Please wait a little, or sign in with your e-mail address."


WeakBecause = Literal["short", "long", "personal", "repeated", "common", "printed"]


class PasswordWeak(Refusal):
    """A password that others would guess; facts: `reason`, one of WeakBecause."""

    code, status, title = "password_weak", 422, "This password cannot be used. Please choose another one."


class PasswordLinkOver(Refusal):
    """The link was used, replaced by a newer one, or has run out of time."""

    code, status = "password_link_over", 410
    title = "This link can no longer be used. Please ask your agency for a new one."


class UserNameState(Model):
    """A contact's user name as the agency sees it; never the password.

    `password`: none yet, a `link` on its way, a printed `first` one that waits for its use, or the contact's `own`.
    """

    contact: UUID
    user_name: str
    password: Literal["none", "link", "first", "own"]
    since: datetime | None = None
    until: datetime | None = None


class FirstPassword(Model):
    """A password to be printed: shown once, works once together with a code, and has to be replaced at once."""

    user_name: str
    password: str
    expires_at: datetime


class OwnUserName(Model):
    """The user name of the person who asks, empty where none is assigned, and since when its password stands."""

    user_name: str
    set_at: datetime | None


class PasswordSignIn(Model):
    """What became of a user name and a password.

    `account` and `home` as after a code. With `code` the password was a printed one: a code was sent to the primary
    e-mail, and `sign_in` (a secret, which pages keep in a cookie) and that code set the contact's own password.
    """

    next: Literal["account", "home", "code"]
    accounts: list[AccountChoice] = []
    token: str = ""
    expires_at: datetime | None = None
    sign_in: str = ""
    sent_to: str = ""


class PasswordReset(Model):
    """A reset in progress; nothing tells whether the user name exists."""

    sign_in: str


class PasswordLink(Model):
    """What the page behind a link shows."""

    user_name: str
    expires_at: datetime


class GetUserName(StaffRequest[UserNameState], owner="identity", reads=True, refusals=(NotFound,)):
    """A contact's user name; not found where none is assigned."""

    contact: UUID


class AssignUserName(StaffRequest[UserNameState], owner="identity", refusals=(NotFound, UserNameTaken)):
    """Assigns a user name to a contact, or another one; a password that is set stays. Capitals count for nothing."""

    contact: UUID
    user_name: UserName
    browser: Browser = Browser()


class RemoveUserName(StaffRequest[Nothing], owner="identity", refusals=(NotFound,)):
    """Takes a contact's user name and password away, and ends what they opened."""

    contact: UUID
    browser: Browser = Browser()


class MailPasswordLink(StaffRequest[UserNameState], owner="identity", refusals=(NotFound, NoAccess, SlowDown)):
    """Mails a link that sets the password to the contact's primary e-mail; good once, for 72 hours."""

    contact: UUID
    browser: Browser = Browser()


class MakeFirstPassword(Request[FirstPassword], owner="identity", caller=Caller.AGENCY, refusals=(NotFound, NoAccess)):
    """Makes a password to be printed, instead of the one that there was; good once, for 72 hours, with a code."""

    contact: UUID
    browser: Browser = Browser()


class SignInWithPassword(
    Request[PasswordSignIn],
    owner="identity",
    caller=Caller.ANYONE,
    refusals=(NotFound, PasswordWrong, TriesSpent, SlowDown),
):
    """Trades user name and password for a session; a printed first password only begins to set an own one."""

    agency: AgencySlug
    user_name: Typed = Field(max_length=254)
    password: GivenPassword
    browser: Browser = Browser()


class StartPasswordReset(
    Request[PasswordReset], owner="identity", caller=Caller.ANYONE, refusals=(NotFound, TriesSpent)
):
    """Sends a code to the primary e-mail of whoever has this user name, if anybody has it."""

    agency: AgencySlug
    user_name: Typed = Field(max_length=254)
    browser: Browser = Browser()


class SetPasswordByCode(
    Request[SignedIn],
    owner="identity",
    caller=Caller.ANYONE,
    refusals=(NotFound, CodeWrong, CodeOver, PasswordWeak),
):
    """Sets a new password with a code, signs in, and ends every other session and remembered device."""

    agency: AgencySlug
    sign_in: str = Field(max_length=200)
    code: str = Field(max_length=40)
    password: GivenPassword
    browser: Browser = Browser()


class GetPasswordLink(
    Request[PasswordLink], owner="identity", caller=Caller.ANYONE, reads=True, refusals=(NotFound, PasswordLinkOver)
):
    """Whose link it is; looking uses nothing up."""

    agency: AgencySlug
    key: str = Field(max_length=200)


class SetPasswordByLink(
    Request[SignedIn], owner="identity", caller=Caller.ANYONE, refusals=(NotFound, PasswordLinkOver, PasswordWeak)
):
    """Sets the password, signs in, and ends every other session and remembered device; the link is used up."""

    agency: AgencySlug
    key: str = Field(max_length=200)
    password: GivenPassword
    browser: Browser = Browser()


class GetOwnUserName(Request[OwnUserName], owner="identity", caller=Caller.INSURED, reads=True):
    """The user name of the person who asks."""


class ChangePassword(
    Request[Nothing],
    owner="identity",
    caller=Caller.INSURED,
    refusals=(NotFound, SignInAgain, PasswordWrong, TriesSpent, PasswordWeak),
):
    """Replaces the password, with the current one; every other session and remembered device ends."""

    current: GivenPassword
    password: GivenPassword
    browser: Browser = Browser()
