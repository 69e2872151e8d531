"""Shared addresses: e-mail addresses on more accounts than one household has, and what staff say of them."""

from uuid import UUID

from pydantic import Field

from contracts.agency_requests import StaffRequest
from contracts.kinds import Model, NotFound

from .sessions import Browser
from .texts import Typed


class SharedBy(Model):
    """One of those who share an address."""

    account: UUID
    account_name: str
    account_number: str
    contact: UUID
    contact_name: str


class SharedAddress(Model):
    """An e-mail address that is on more accounts than one household has; while it is not `allowed`, it opens none."""

    email: str
    allowed: bool
    people: list[SharedBy]


class SharedAddresses(Model):
    """Shared addresses, those that wait to be looked at first; `more` says that the list was cut."""

    items: list[SharedAddress]
    more: bool


class ListSharedAddresses(StaffRequest[SharedAddresses], owner="identity", reads=True, roles=("admin", "agent")):
    """Addresses on more than three accounts."""


class AllowSharedAddress(StaffRequest[SharedAddress], owner="identity", roles=("admin", "agent"), refusals=(NotFound,)):
    """Lets a shared address open all its accounts, or ends that with every session that it opened."""

    email: Typed = Field(max_length=254)
    allowed: bool
    browser: Browser = Browser()
