"""Sessions: the account that is open, what the token stands for, and the end."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from contracts.kinds import Caller, Event, Model, NotFound, Nothing, Request
from contracts.principal import Actor, Kind, Role, Scope

from .agencies import Language
from .contacts import AccountChoice


class Browser(Model):
    """Where a person comes from, as the gateway sees it.

    `address` is the client's IP address, `agent` what its browser calls itself; both empty where unknown.
    """

    address: str = Field(default="", max_length=64)
    agent: str = Field(default="", max_length=400)


class SignedIn(Model):
    """A session's token (shown once, kept only as a hash).

    With more than one account `next` is `account` and the token opens nothing until one is chosen.
    """

    next: Literal["account", "home"]
    accounts: list[AccountChoice]
    token: str
    expires_at: datetime


class Accounts(Model):
    """Accounts, by name."""

    items: list[AccountChoice]


class ListAccounts(Request[Accounts], owner="identity", caller=Caller.SIGNED_IN, reads=True):
    """The accounts that the signed-in person may open."""


class ChooseAccount(Request[SignedIn], owner="identity", caller=Caller.SIGNED_IN, refusals=(NotFound,)):
    """Opens an account of the signed-in person in a session with a new token; the old token ends."""

    account: UUID
    contact: UUID | None = None  # where two contacts of the account share the address
    browser: Browser = Browser()


class Session(Model):
    """A live session: the signed principal to send with requests, and when to resolve again.

    `view` names the impersonation that a read-only session belongs to; `actor` is who looks then.
    """

    principal: str
    sid: UUID
    agency: UUID
    slug: str
    kind: Kind = Kind.CONTACT
    account: UUID | None
    role: Role | None = None
    scopes: tuple[Scope, ...] = ()
    read_only: bool
    view: UUID | None = None
    actor: Actor | None = None
    language: Language
    good_until: datetime


class ResolveSession(Request[Session], owner="identity", caller=Caller.ANYONE, refusals=()):
    """The session of a token; refused with `sign_in_required` when there is none."""

    token: str = Field(max_length=200)


class EndSession(Request[Nothing], owner="identity", caller=Caller.SESSION):
    """Ends the session that asks (sign out)."""


class SessionEnded(Event, owner="identity", noticed_by=("gateway",)):
    """A session ended: signed out, replaced, or taken away with the contact's access."""

    sid: UUID
