"""OpenID Connect: the clients that agencies have with Google and Microsoft, and insureds who sign in with Google."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field, SecretStr, field_serializer

from contracts.agency_requests import AdminRequest
from contracts.kinds import BadRequest, Caller, Model, NotFound, Nothing, Refusal, Request

from .sessions import Browser, SignedIn
from .sign_in import EmailNotFound, SignInStarted, SlowDown
from .texts import AgencySlug, Typed


class Provider(StrEnum):
    """Who says who a person is; the values never change."""

    GOOGLE = "google"
    MICROSOFT = "microsoft"


class Audience(StrEnum):
    """Whom a provider's word lets in; the values never change."""

    INSUREDS = "insureds"
    STAFF = "staff"


class OpenidOver(Refusal):
    """The way to the provider and back took too long, was used before, or began in another browser."""

    code, status = "openid_over", 410
    title = "This sign-in can no longer be used. Please start again."


class OpenidRefused(Refusal):
    """The provider did not say who it is: the person turned back, or its answer cannot be believed."""

    code, status = "openid_refused", 401
    title = "The sign-in was not completed. Please try again."


class OpenidAway(Refusal):
    """The provider does not answer; facts: `retry_after` in seconds."""

    code, status = "openid_away", 503
    title = "The sign-in service does not answer right now. Please try again in a few minutes."


class GoogleAccountNotFound(Refusal):
    """Google vouches for an account that this agency does not take: not Gmail, or with an unverified address."""

    code, status = "google_account_not_found", 404
    title = "Couldn't find your Google Account."


ClientId = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$")]
Tenant = Annotated[str, Field(pattern=r"^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?$")]


class OpenidClient(Model):
    """How a provider knows the agency, from where the agency has registered the portal.

    `tenant` is the directory (tenant) id of the agency's own Microsoft organization, empty for Google; `lets_in` is
    who may come in by it. The secret is never shown.
    """

    provider: Provider
    client_id: ClientId
    tenant: Tenant = ""
    lets_in: tuple[Audience, ...]
    changed_at: datetime


class NewOpenidClient(Model):
    """What a provider gave the agency; the secret is never shown again.

    Without a secret the one that is there stays, as long as client id and tenant are the same. Without `lets_in`
    everybody comes in whom the provider is for: Google insureds and staff, Microsoft staff alone.
    """

    client_id: ClientId
    tenant: Tenant = ""
    secret: SecretStr | None = Field(default=None, min_length=1, max_length=400)
    lets_in: tuple[Audience, ...] | None = Field(default=None, min_length=1, max_length=2)

    @field_serializer("secret", when_used="json")
    def _travels(self, secret: SecretStr | None) -> str | None:
        return secret.get_secret_value() if secret else None


class OpenidClients(Model):
    """An agency's clients; `return_address` is the redirect address that has to be registered for each."""

    items: list[OpenidClient]
    return_address: str


class SetOpenidClient(
    Request[OpenidClients], owner="identity", caller=Caller.PROCESS, asked_by=("ops",), refusals=(NotFound, BadRequest)
):
    """Sets an agency's client at a provider, from the command line; without one takes it away."""

    agency: AgencySlug
    provider: Provider
    client: NewOpenidClient | None


class ChangeOpenidClient(AdminRequest[OpenidClients], owner="identity", refusals=(BadRequest,)):
    """Sets the client of one's own agency at a provider; without one takes it away."""

    provider: Provider
    client: NewOpenidClient | None
    browser: Browser = Browser()


class ListOpenidClients(AdminRequest[OpenidClients], owner="identity", reads=True):
    """The clients of one's own agency."""


class OpenidBegun(Model):
    """The provider's address to send the browser to, and the secret that only this browser may bring back."""

    url: str
    carried: str


class OpenidReturn(Model):
    """What a browser brings back from a provider: its own secret, and what the provider put into the address.

    `error` is the provider's when the person turned back; `code` is empty then.
    """

    carried: str = Field(max_length=200)
    state: str = Field(max_length=500)
    code: str = Field(default="", max_length=2000)
    error: str = Field(default="", max_length=200)
    issuer: str = Field(default="", max_length=500)  # RFC 9207, where the provider sends it


class StartGoogleSignIn(Request[OpenidBegun], owner="identity", caller=Caller.ANYONE, refusals=(NotFound, SlowDown)):
    """Begins a sign-in of an insured with Google; `email` is who it will probably be. NotFound without a client."""

    agency: AgencySlug
    email: Typed = Field(default="", max_length=254)
    browser: Browser = Browser()


class GoogleSignIn(Model):
    """Google said who it is: either the person is in, or a code is on its way that is asked only this first time."""

    signed_in: SignedIn | None = None
    sign_in: SignInStarted | None = None


class FinishGoogleSignIn(
    Request[GoogleSignIn],
    owner="identity",
    caller=Caller.ANYONE,
    refusals=(NotFound, OpenidOver, OpenidRefused, OpenidAway, GoogleAccountNotFound, EmailNotFound, SlowDown),
):
    """Trades what Google answered for a session, or for the one code of a first sign-in."""

    agency: AgencySlug
    returned: OpenidReturn
    browser: Browser = Browser()


class GoogleLink(Model):
    """A Google account that opens the portal for a person; `email` is as Google last told it."""

    id: UUID
    email: str
    made_at: datetime
    used_at: datetime


class GoogleLinks(Model):
    """A person's Google accounts, the newest first."""

    items: list[GoogleLink]


class ListGoogleLinks(Request[GoogleLinks], owner="identity", caller=Caller.INSURED, reads=True):
    """The Google accounts that open the portal for the signed-in person."""


class EndGoogleLink(Request[Nothing], owner="identity", caller=Caller.INSURED, refusals=(NotFound,)):
    """Takes a Google account away from the signed-in person, and ends its other sessions that came by it."""

    link: UUID
    browser: Browser = Browser()
