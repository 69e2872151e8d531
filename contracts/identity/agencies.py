"""Agencies: their public records and settings, which everyone keeps a copy of."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from contracts.kinds import Caller, Event, Model, NotFound, Refusal, Request

Language = Literal["en", "es"]

RESERVED = frozenset({"api", "assets", "dev", "healthz", "metrics", "oauth", "oidc", "readyz", "s", "v"})


def _free(slug: str) -> str:
    if slug in RESERVED:
        raise ValueError(f"{slug!r} is an address of the portal itself")
    return slug


Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,39}$"), AfterValidator(_free)]


class AgencyExists(Refusal):
    """The short name is taken."""

    code, status, title = "agency_exists", 409, "An agency with this short name exists already."


class SignInMethods(Model):
    """How an agency's insureds may come in.

    `disclosure`: an unknown address is told so (`explicit`), or the page goes on as if a code had been sent
    (`neutral`). `gmail`: a Gmail address goes to Google alone, or may also have a code; either counts only where
    `google` says that the agency has a Google client. `google_accounts`: Gmail alone, or every account whose address
    Google has verified. `passkeys`: `required` sends whoever came in without one to make one first.
    """

    disclosure: Literal["explicit", "neutral"] = "explicit"
    gmail: Literal["google", "google-or-code"] = "google"
    google_accounts: Literal["gmail", "verified"] = "gmail"
    passkeys: Literal["off", "offered", "required"] = "offered"
    passwords: bool = True
    remembered_devices: bool = True


class AgencyDetails(Model):
    """An agency's public record: what pages, mails and papers show of it, and how its portal is entered.

    `slug` is its short name in addresses and on the bus, fixed for life; colours are `#rrggbb`; `time_zone` is an
    IANA name; `hours` is one line as the agency words it; `portal_open` is off while the agency has no portal;
    `google` says that a Google client is configured (identity keeps it so, whatever is sent).
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
    languages: tuple[Language, ...] = ("en", "es")
    portal_open: bool = True
    sign_in: SignInMethods = SignInMethods()
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


class AgencyChanged(Event, owner="identity", heard_by=("policy", "documents", "notify"), noticed_by=("gateway",)):
    """An agency was added or its public record changed; `version` rises by one each time."""

    version: int
    details: AgencyDetails
