"""Settings: what an agency may change of its own record, as staff, as its system, or from the command line."""

from contracts.agency_requests import AdminRequest
from contracts.kinds import BadRequest, Caller, Model, NotFound, Refusal, Request

from .agencies import (
    Agency,
    AgencyDetails,
    AgencyName,
    City,
    Color,
    Disclosure,
    Email,
    FeedHours,
    Gmail,
    GoogleAccounts,
    Hours,
    Language,
    Languages,
    Passkeys,
    Phone,
    PostalCode,
    State,
    Street,
    TimeZone,
    Website,
)
from .sessions import Browser
from .telling import WhoIsToldChange
from .texts import AgencySlug


class SettingsOutdated(Refusal):
    """The settings are newer than those that the change was made from; facts: `version`, the newest."""

    code, status = "settings_outdated", 409
    title = "Somebody else has changed these settings meanwhile. Please look at them again."


class SignInChange(Model):
    """What to change of SignInMethods; what is left out stays."""

    disclosure: Disclosure | None = None
    gmail: Gmail | None = None
    google_accounts: GoogleAccounts | None = None
    passkeys: Passkeys | None = None
    passwords: bool | None = None
    remembered_devices: bool | None = None


class SettingsChange(Model):
    """What to change of an agency's record; what is left out stays.

    Its short name is fixed for life, and whether it is a demo or has a Google client is not for it to say.
    """

    name: AgencyName | None = None
    phone: Phone | None = None
    email: Email | None = None
    website: Website | None = None
    street: Street | None = None
    city: City | None = None
    state: State | None = None
    postal_code: PostalCode | None = None
    hours: Hours | None = None
    time_zone: TimeZone | None = None
    brand_color: Color | None = None
    default_language: Language | None = None
    languages: Languages | None = None
    portal_open: bool | None = None
    sign_in: SignInChange | None = None
    who_is_told: WhoIsToldChange | None = None
    feed_hours: FeedHours | None = None


class Settings(Model):
    """An agency's settings; `version` rises by one with every change."""

    version: int
    details: AgencyDetails


class ChangeAgency(
    Request[Agency], owner="identity", caller=Caller.PROCESS, asked_by=("ops",), refusals=(NotFound, BadRequest)
):
    """From the command line: changes an agency's record in the named fields."""

    agency: AgencySlug
    changes: SettingsChange


class GetSettings(AdminRequest[Settings], owner="identity", reads=True):
    """One's own agency's settings."""


class ChangeSettings(AdminRequest[Settings], owner="identity", refusals=(SettingsOutdated, BadRequest)):
    """Changes one's own agency's settings in the named fields.

    With `version` only if they are still the ones that the change was made from.
    """

    changes: SettingsChange
    version: int | None = None
    browser: Browser = Browser()
