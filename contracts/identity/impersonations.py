"""Impersonations: staff look at an insured's portal in their own name, read-only and for half an hour."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from contracts.kinds import Caller, Model, NotAllowed, NotFound, Nothing, ReadOnly, Refusal, Request

from .sessions import Browser
from .texts import AgencySlug

PRINTED = r"^[^\x00-\x1f\x7f]*$"
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120, pattern=PRINTED)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=200, pattern=PRINTED)]


class NobodyThere(Refusal):
    """The account has no contact whose portal could be shown."""

    code, status, title = "nobody_there", 409, "This account has no contact yet, so there is no portal to look at."


class LinkOver(Refusal):
    """The one-time address was opened already, or a minute has passed."""

    code, status = "link_over", 410
    title = "This link works once and for one minute. Please open the portal from your own system again."


class Agent(Model):
    """Who looks, as the agency's system knows that person; `id` is the system's own."""

    id: Words = Field(min_length=1)
    name: Words = Field(min_length=1)
    email: Words = ""


class ImpersonationLink(Model):
    """The one-time address of an impersonation: whoever opens it until `expires_at` comes in, once."""

    url: str
    expires_at: datetime
    impersonation: UUID


class Impersonate(
    Request[ImpersonationLink],
    owner="identity",
    caller=Caller.ANYONE,
    refusals=(NotFound, NotAllowed, ReadOnly, NobodyThere),
):
    """Asks for a look at the portal of an account.

    `access_token` proves who asks: an access token of a system with the scope `impersonate`, or the token of a staff
    session; the agency is the token's. `account` and `contact` are the AMS's ids or ours; without a contact it is the
    primary one's portal. `agent` is who will look; a member of staff always looks as itself. `reason` is for the
    agency's own record.
    """

    access_token: str = Field(max_length=200)
    account: Words = Field(min_length=1)
    contact: Words | None = None
    agent: Agent | None = None
    reason: Reason
    browser: Browser = Browser()


class Impersonation(Model):
    """What the page behind the one-time address shows before it is opened: who will look, at whom, and why."""

    agent: str
    insured: str
    account_name: str
    account_number: str
    reason: str
    expires_at: datetime


class FindImpersonation(
    Request[Impersonation], owner="identity", caller=Caller.ANYONE, reads=True, refusals=(NotFound, LinkOver)
):
    """The impersonation that waits behind a one-time address; looking uses nothing up. `agency` is its short name."""

    agency: AgencySlug
    impersonation: UUID
    key: str = Field(max_length=200)


class ViewOpened(Model):
    """A read-only session's token (shown once, kept only as a hash), and its end, which nothing postpones."""

    token: str
    expires_at: datetime


class OpenView(Request[ViewOpened], owner="identity", caller=Caller.ANYONE, refusals=(NotFound, LinkOver)):
    """Uses the one-time address up and opens the read-only session."""

    agency: AgencySlug
    impersonation: UUID
    key: str = Field(max_length=200)
    browser: Browser = Browser()


class EndView(Request[Nothing], owner="identity", caller=Caller.ANYONE):
    """Ends the read-only session of this token.

    The token proves who asks, and not the principal: everything else that a read-only session asks changes nothing.
    """

    token: str = Field(max_length=200)
