"""Signing in with an identification code: from an e-mail address to a session."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from contracts.kinds import Caller, Model, NotFound, Refusal, Request

from .sessions import Browser, SignedIn
from .texts import AgencySlug, Typed


class EmailNotFound(Refusal):
    """No contact with access has this primary e-mail in this agency."""

    code, status = "email_not_found", 404
    title = "This email address is not found. Please contact your agent directly."


class SlowDown(Refusal):
    """Too many codes asked for, or tried, in a short time; facts: `retry_after` in seconds."""

    code, status = "slow_down", 429
    title = "Too many tries in a short time. Please wait a little, then try again."


class CodeWrong(Refusal):
    """Not the code that was sent; facts: `attempts_left`."""

    code, status, title = "code_wrong", 401, "This identification code is not right."


class CodeAgain(Refusal):
    """The code was right, but too many are being guessed: a second one was sent and has to follow.

    Facts: `attempts_left`.
    """

    code, status = "code_again", 401
    title = "That code was right. For your protection we have sent a second one. Please enter it too."


class CodeOver(Refusal):
    """The sign-in has run out of time or of tries; a new one has to be started or a new code requested."""

    code, status = "code_over", 410
    title = "This identification code can no longer be used. Please request a new code."


class Channel(Model):
    """A way to send an identification code; `masked` is what a stranger may see of it."""

    id: UUID
    kind: Literal["email", "sms"]
    masked: str


class SignInStarted(Model):
    """A sign-in in progress.

    `sign_in` is its secret (pages keep it in a cookie); `next` is `channel` when the person must choose where the
    code goes, `google` when Google has to say who it is, else `code`; `sent_to` is where the code went, masked. With
    `google` the secret is empty, unless the agency also takes a code there: then channels are given, and one may be
    chosen instead; `google` is the page that leads to Google (the gateway knows its address). Where `certain` is false
    the answer is the same whether the address is on file or not.
    """

    sign_in: str
    next: Literal["channel", "code", "google"]
    channels: list[Channel]
    sent_to: str | None = None
    google: str = ""
    certain: bool = True


class StartSignIn(
    Request[SignInStarted], owner="identity", caller=Caller.ANYONE, refusals=(NotFound, EmailNotFound, SlowDown)
):
    """Starts a sign-in with a contact's primary e-mail; sends the code at once if there is only one way to send it."""

    agency: AgencySlug
    email: Typed = Field(max_length=254)
    browser: Browser = Browser()


class CodeSent(Model):
    """Where the code went, masked."""

    sent_to: str
    kind: Literal["email", "sms"]


class SendCode(Request[CodeSent], owner="identity", caller=Caller.ANYONE, refusals=(CodeOver, SlowDown, NotFound)):
    """Sends a code for a sign-in by the chosen channel; asked again it sends a new one."""

    agency: AgencySlug
    sign_in: str = Field(max_length=200)
    channel: UUID | None = None
    browser: Browser = Browser()


class FinishSignIn(
    Request[SignedIn],
    owner="identity",
    caller=Caller.ANYONE,
    refusals=(CodeWrong, CodeAgain, CodeOver, SlowDown, NotFound),
):
    """Trades the code for a session; while too many codes are guessed, a strange client needs two of them."""

    agency: AgencySlug
    sign_in: str = Field(max_length=200)
    code: str = Field(max_length=40)
    browser: Browser = Browser()
