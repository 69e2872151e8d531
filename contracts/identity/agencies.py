"""Agencies: their public records and settings, which everyone keeps a copy of."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from contracts.kinds import BadRequest, Caller, Event, Model, NotFound, Refusal, Request

from .telling import WhoIsTold
from .texts import AgencySlug

Language = Literal["en", "es"]

RESERVED = frozenset(
    {
        *("api", "assets", "dev", "healthz", "metrics", "oauth", "oidc", "readyz", "s", "v"),
        # of the JSON API, where what an agency has stands below its name beside what an insured has
        *("activity", "agency", "certificate-holders", "consents", "devices", "documents", "export", "google-accounts"),
        *("home", "id-cards", "information", "me", "passkeys", "password", "payments", "policies", "requests"),
        *("session", "sessions"),
    }
)


def _free(slug: str) -> str:
    if slug in RESERVED:
        raise ValueError(f"{slug!r} is an address of the portal itself")
    return slug


Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,39}$"), AfterValidator(_free)]


class AgencyExists(Refusal):
    """The short name is taken."""

    code, status, title = "agency_exists", 409, "An agency with this short name exists already."


Line = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]*$")]  # one line of text
AgencyName = Annotated[Line, Field(min_length=1, max_length=120)]
Phone = Annotated[Line, Field(max_length=40)]
Email = Annotated[str, Field(max_length=254, pattern=r"^([^@\s\x00<>\",;:]+@[^@\s\x00<>\",;:]+)?$")]
Website = Annotated[str, Field(pattern=r"^(https://[^\s\x00<>\"]{1,200})?$")]
Street = Annotated[Line, Field(max_length=120)]
City = Annotated[Line, Field(max_length=80)]
State = Annotated[str, Field(pattern=r"^([A-Z]{2})?$")]
PostalCode = Annotated[Line, Field(max_length=12)]
Hours = Annotated[Line, Field(max_length=160)]
TimeZone = Annotated[str, Field(max_length=60, pattern=r"^[A-Za-z][A-Za-z0-9_+/-]*$")]
Color = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
Languages = Annotated[tuple[Language, ...], Field(min_length=1, max_length=2)]
Disclosure = Literal["explicit", "neutral"]
Gmail = Literal["google", "google-or-code"]
GoogleAccounts = Literal["gmail", "verified"]
Passkeys = Literal["off", "offered", "required"]
FeedHours = Annotated[int, Field(ge=1, le=168)]


class SignInMethods(Model):
    """How an agency's insureds may come in.

    `disclosure`: an unknown address is told so (`explicit`), or the page goes on as if a code had been sent
    (`neutral`). `gmail`: a Gmail address goes to Google alone, or may also have a code; either counts only where
    `google` says that the agency has a Google client. `google_accounts`: Gmail alone, or every account whose address
    Google has verified. `passkeys`: `required` sends whoever came in without one to make one first.
    """

    disclosure: Disclosure = "explicit"
    gmail: Gmail = "google"
    google_accounts: GoogleAccounts = "gmail"
    passkeys: Passkeys = "offered"
    passwords: bool = True
    remembered_devices: bool = True


class AgencyDetails(Model):
    """An agency's public record: what pages, mails and papers show of it, and how its portal is entered.

    `slug` is its short name in addresses and on the bus, fixed for life; colours are `#rrggbb`; `time_zone` is an
    IANA name; `hours` is one line as the agency words it; `portal_open` is off while the agency has no portal;
    `google` says that a Google client is configured (identity keeps it so, whatever is sent). Within `feed_hours` the
    agency's system promises a word, be it a heartbeat; after a longer silence its data counts as stale.
    """

    slug: Slug
    name: AgencyName
    phone: Phone
    email: Email
    website: Website = ""
    street: Street = ""
    city: City = ""
    state: State = ""
    postal_code: PostalCode = ""
    hours: Hours = ""
    time_zone: TimeZone = "America/Chicago"
    brand_color: Color = "#1d4f91"
    default_language: Language = "en"
    languages: Languages = ("en", "es")
    portal_open: bool = True
    sign_in: SignInMethods = SignInMethods()
    who_is_told: WhoIsTold = WhoIsTold()
    feed_hours: FeedHours = 24
    google: bool = False
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
    refusals=(AgencyExists, BadRequest),
):
    """Adds an agency to this deployment."""

    details: AgencyDetails


class ListAgencies(Request[Agencies], owner="identity", caller=Caller.PROCESS, reads=True, asked_by=("ops", "gateway")):
    """All agencies of this deployment."""


class FindAgency(Request[Agency], owner="identity", caller=Caller.ANYONE, reads=True, refusals=(NotFound,)):
    """The agency with this short name."""

    slug: AgencySlug


class AgencyChanged(Event, owner="identity", heard_by=("policy", "documents", "notify"), noticed_by=("gateway",)):
    """An agency was added or its public record changed; `version` rises by one each time."""

    version: int
    details: AgencyDetails
