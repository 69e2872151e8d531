"""What identity says: agencies, accounts and contacts, sign-in with identification codes, sessions."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from .kinds import Caller, Event, Model, NotFound, Nothing, Refusal, Request

Language = Literal["en", "es"]

# the gateway's own addresses, which an agency's would hide
RESERVED = frozenset({"api", "assets", "dev", "healthz", "metrics", "oauth", "oidc", "readyz"})


def _free(slug: str) -> str:
    if slug in RESERVED:
        raise ValueError(f"{slug!r} is an address of the portal itself")
    return slug


Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,39}$"), AfterValidator(_free)]


class EmailNotFound(Refusal):
    """No contact with access has this primary e-mail in this agency."""

    code, status = "email_not_found", 404
    title = "This email address is not found. Please contact your agent directly."


class SlowDown(Refusal):
    """Too many codes asked for in a short time; facts: `retry_after` in seconds."""

    code, status = "slow_down", 429
    title = "Too many identification codes were requested. Please wait a little before you ask for a new one."


class CodeWrong(Refusal):
    """Not the code that was sent; facts: `attempts_left`."""

    code, status, title = "code_wrong", 401, "This identification code is not right."


class CodeOver(Refusal):
    """The sign-in has run out of time or of tries; a new one has to be started or a new code requested."""

    code, status = "code_over", 410
    title = "This identification code can no longer be used. Please request a new code."


class AgencyExists(Refusal):
    """The short name is taken."""

    code, status, title = "agency_exists", 409, "An agency with this short name exists already."


class AgencyDetails(Model):
    """An agency's public record: what pages, mails and papers show of it.

    `slug` is its short name in addresses and on the bus, fixed for life; colours are `#rrggbb`; `time_zone` is an
    IANA name; `hours` is one line as the agency words it.
    """

    slug: Slug
    name: str = Field(min_length=1, max_length=120)
    phone: str = Field(max_length=40)
    email: str = Field(max_length=254)
    website: str = Field(default="", pattern=r"^(https://[^\s<>\"]{1,200})?$")
    street: str = Field(default="", max_length=120)
    city: str = Field(default="", max_length=80)
    state: str = Field(default="", pattern=r"^([A-Z]{2})?$")
    postal_code: str = Field(default="", max_length=12)
    hours: str = Field(default="", max_length=160)
    time_zone: str = Field(default="America/Chicago", max_length=60)
    brand_color: str = Field(default="#1d4f91", pattern=r"^#[0-9a-fA-F]{6}$")
    default_language: Language = "en"
    demo: bool = False


class Agency(AgencyDetails):
    """An agency with its key."""

    id: UUID


class Agencies(Model):
    """Every agency of this deployment, by name."""

    items: list[Agency]


class AddAgency(
    Request[Agency],
    owner="identity",
    caller=Caller.PROCESS,
    asked_by=("ops",),
    refusals=(AgencyExists,),
):
    """Adds an agency to this deployment."""

    details: AgencyDetails


class ChangeAgency(Request[Agency], owner="identity", caller=Caller.PROCESS, asked_by=("ops",), refusals=(NotFound,)):
    """Replaces an agency's public record; the slug says which and stays."""

    details: AgencyDetails


class ListAgencies(Request[Agencies], owner="identity", caller=Caller.PROCESS, reads=True, asked_by=("ops", "gateway")):
    """All agencies of this deployment."""


class FindAgency(Request[Agency], owner="identity", caller=Caller.ANYONE, reads=True, refusals=(NotFound,)):
    """The agency with this short name."""

    slug: str


class Channel(Model):
    """A way to send an identification code; `masked` is what a stranger may see of it."""

    id: UUID
    kind: Literal["email", "sms"]
    masked: str


class SignInStarted(Model):
    """A sign-in in progress.

    `sign_in` is its secret (pages keep it in a cookie); `next` is `channel` when the person must choose where the
    code goes, else `code`; `sent_to` is where it went, masked.
    """

    sign_in: str
    next: Literal["channel", "code"]
    channels: list[Channel]
    sent_to: str | None = None


class StartSignIn(
    Request[SignInStarted], owner="identity", caller=Caller.ANYONE, refusals=(NotFound, EmailNotFound, SlowDown)
):
    """Starts a sign-in with a contact's primary e-mail; sends the code at once if there is only one way to send it."""

    agency: str
    email: str = Field(max_length=254)


class CodeSent(Model):
    """Where the code went, masked."""

    sent_to: str
    kind: Literal["email", "sms"]


class SendCode(Request[CodeSent], owner="identity", caller=Caller.ANYONE, refusals=(CodeOver, SlowDown, NotFound)):
    """Sends a code for a sign-in by the chosen channel; asked again it sends a new one."""

    agency: str
    sign_in: str = Field(max_length=200)
    channel: UUID | None = None


class AccountChoice(Model):
    """One of the accounts that a person may open."""

    id: UUID
    name: str
    number: str


class SignedIn(Model):
    """A session's token (shown once, kept only as a hash).

    With more than one account `next` is `account` and the token opens nothing until one is chosen.
    """

    next: Literal["account", "home"]
    accounts: list[AccountChoice]
    token: str
    expires_at: datetime


class FinishSignIn(Request[SignedIn], owner="identity", caller=Caller.ANYONE, refusals=(CodeWrong, CodeOver, NotFound)):
    """Trades the code for a session."""

    agency: str
    sign_in: str = Field(max_length=200)
    code: str = Field(max_length=40)


class Accounts(Model):
    """Accounts, by name."""

    items: list[AccountChoice]


class ListAccounts(Request[Accounts], owner="identity", caller=Caller.SIGNED_IN, reads=True):
    """The accounts that the signed-in person may open."""


class ChooseAccount(Request[SignedIn], owner="identity", caller=Caller.SIGNED_IN, refusals=(NotFound,)):
    """Opens an account of the signed-in person in a session with a new token; the old token ends."""

    account: UUID


class Session(Model):
    """A live session: the signed principal to send with requests, and when to resolve again."""

    principal: str
    sid: UUID
    agency: UUID
    slug: str
    account: UUID | None
    read_only: bool
    language: Language
    good_until: datetime


class ResolveSession(Request[Session], owner="identity", caller=Caller.ANYONE, refusals=()):
    """The session of a token; refused with `sign_in_required` when there is none."""

    token: str = Field(max_length=200)


class EndSession(Request[Nothing], owner="identity", caller=Caller.SIGNED_IN):
    """Ends the session that asks (sign out)."""


class Person(Model):
    """A contact as its own household may see it."""

    id: UUID
    name: str
    role: Literal["primary", "second", "additional"]
    email: str | None
    mobile: str | None


class Me(Model):
    """Who is signed in, and to which account."""

    contact: Person
    account: AccountChoice
    accounts: int
    language: Language
    read_only: bool


class GetMe(Request[Me], owner="identity", caller=Caller.INSURED, reads=True, asked_by=("gateway", "documents")):
    """The signed-in person and the open account."""


class AgencyChanged(Event, owner="identity", heard_by=("policy", "documents", "notify"), noticed_by=("gateway",)):
    """An agency was added or its public record changed; `version` rises by one each time."""

    version: int
    details: AgencyDetails


class AccountChanged(Event, owner="identity", heard_by=("policy", "documents")):
    """An account was added, changed or deleted.

    `ams_id` is the AMS's id of it; `name` and the address are what goes on paper; `version` orders changes.
    """

    account: UUID
    ams_id: str
    version: int
    deleted: bool
    name: str
    street: str
    city: str
    state: str
    postal_code: str


class SessionEnded(Event, owner="identity", noticed_by=("gateway",)):
    """A session ended: signed out, replaced, or taken away with the contact's access."""

    sid: UUID
