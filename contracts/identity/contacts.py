"""Contacts and accounts: who may see what, and what others learn when that changes."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from contracts.kinds import Caller, Event, Model, Request

from .agencies import Language


class AccountChoice(Model):
    """One of the accounts that a person may open.

    Where two contacts of one account share an address, each is a choice of its own: `contact` tells them apart.
    """

    id: UUID
    name: str
    number: str
    contact: UUID | None = None
    contact_name: str = ""


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


class GetMe(
    Request[Me], owner="identity", caller=Caller.INSURED, reads=True, asked_by=("gateway", "policy", "documents")
):
    """The signed-in person and the open account."""


class ChangedAccount(Model):
    """An account that was added, changed or deleted; `version` is the AMS's sequence of it.

    `ams_id` is the AMS's id of it; `name` and the address are what goes on paper. What a snapshot mends or sweeps keeps
    its version: `changed_at` then tells the newer from the older.
    """

    account: UUID
    ams_id: str
    version: int
    changed_at: datetime
    deleted: bool
    name: str
    street: str
    city: str
    state: str
    postal_code: str


class AccountsChanged(Event, owner="identity", heard_by=("policy", "documents")):
    """Accounts of an agency became newer: those of a batch of the AMS's together, MOST_CHANGED at most."""

    accounts: list[ChangedAccount]


class AccessEnded(Event, owner="identity"):
    """A contact may no longer enter as before; its sessions, links and codes have ended in the same transaction.

    `toggle`: the access was taken away; `deleted`: the contact or its account is gone, or it is on another account
    now; `email`: its address changed, and what it has shared is to be looked at again.
    """

    contact: UUID
    account: UUID | None
    reason: Literal["toggle", "deleted", "email"]
