"""Accounts as the agency sees them: found by what staff have at hand, with their contacts and the access toggle."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from contracts.agency_requests import StaffRequest
from contracts.kinds import Model, NotFound, Refusal

from .sessions import Browser
from .texts import Typed


class AlwaysHasAccess(Refusal):
    """The toggle of a primary contact cannot be moved: a primary e-mail is its access."""

    code, status = "always_has_access", 409
    title = "The primary contact has access as long as an e-mail address is on file. Change it in your agency system."


class AccountFound(Model):
    """One account in a list; `people` are its contacts' names, the primary contact's first."""

    id: UUID
    name: str
    number: str
    city: str
    state: str
    people: tuple[str, ...]


class AccountsFound(Model):
    """Accounts by name; `cursor` continues the list."""

    items: list[AccountFound]
    cursor: str | None = None


class ContactRecord(Model):
    """A contact with everything that is on file.

    `access` is the toggle, `enters` whether the contact can sign in now. `toggle` says why it cannot be moved
    (`primary`), or why it has no effect yet (`no-email`).
    """

    id: UUID
    name: str
    role: Literal["primary", "second", "additional"]
    email: str
    mobile: str
    phone: str
    language: str
    access: bool
    enters: bool
    toggle: Literal["free", "primary", "no-email"]


class AccountRecord(Model):
    """An account with its contacts, the primary one first; `ams_id` is the AMS's own id of it."""

    id: UUID
    ams_id: str
    name: str
    number: str
    street: str
    city: str
    state: str
    postal_code: str
    contacts: list[ContactRecord]


class FindAccounts(StaffRequest[AccountsFound], owner="identity", reads=True):
    """Accounts whose name, number, or a contact's name, e-mail or telephone number begins like `q`; all without it."""

    q: Typed = Field(default="", max_length=80)
    limit: int = Field(default=25, ge=1, le=100)
    cursor: str = Field(default="", max_length=400)


class GetAccount(StaffRequest[AccountRecord], owner="identity", reads=True, refusals=(NotFound,)):
    """One account, by our id or by the AMS's number of it."""

    account: UUID | None = None
    number: Typed = Field(default="", max_length=80)


class SetAccess(StaffRequest[ContactRecord], owner="identity", refusals=(NotFound, AlwaysHasAccess)):
    """Moves a contact's access toggle; turned off, everything that it opened ends at once."""

    contact: UUID
    access: bool
    browser: Browser = Browser()
