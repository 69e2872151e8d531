"""Sessions: the account that is open, what the token stands for, and the end."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from contracts.kinds import Caller, Event, Model, NotFound, Nothing, Request
from contracts.principal import Actor, Kind, Limit, Role, Scope

from .agencies import Language
from .contacts import AccountChoice
from .texts import Noted


class Browser(Model):
    """Where a person comes from, as the gateway sees it.

    `address` is the client's IP address, `agent` what its browser calls itself; both empty where unknown.
    """

    address: Noted = Field(default="", max_length=64)
    agent: Noted = Field(default="", max_length=400)


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


class ListAccounts(Request[Accounts], owner="identity", caller=Caller.SIGNED_IN, reads=True, limits=("passkey",)):
    """The accounts that the signed-in person may open."""


class ChooseAccount(
    Request[SignedIn], owner="identity", caller=Caller.SIGNED_IN, refusals=(NotFound,), limits=("passkey",)
):
    """Opens an account of the signed-in person in a session with a new token; the old token ends."""

    account: UUID
    contact: UUID | None = None  # where two contacts of the account share the address
    browser: Browser = Browser()


class Session(Model):
    """A live session: the signed principal to send with requests, and when to resolve again.

    `view` names the impersonation that a read-only session belongs to; `actor` is who looks then, and `until` the end
    that nothing postpones.
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
    limit: Limit | None = None
    view: UUID | None = None
    actor: Actor | None = None
    until: datetime | None = None
    language: Language
    good_until: datetime


class ResolveSession(Request[Session], owner="identity", caller=Caller.ANYONE, refusals=()):
    """The session of a token; refused with `sign_in_required` when there is none."""

    token: str = Field(max_length=200)


class EndSession(Request[Nothing], owner="identity", caller=Caller.SESSION, limits=("passkey",)):
    """Ends the session that asks (sign out)."""


class LiveSession(Model):
    """A session of the person who asks.

    `browser` and `system` are names like Chrome and Windows, empty where unknown; `here` marks the session that asks;
    `account_name` is empty while none is chosen.
    """

    id: UUID
    browser: str
    system: str
    account_name: str
    since: datetime
    seen: datetime
    here: bool


class LiveSessions(Model):
    """Sessions, the one that asks first, then the most recently used."""

    items: list[LiveSession]


class ListSessions(Request[LiveSessions], owner="identity", caller=Caller.INSURED, reads=True):
    """Where the person is signed in."""


class EndOtherSession(Request[Nothing], owner="identity", caller=Caller.INSURED, refusals=(NotFound,)):
    """Ends a session of the person who asks; the one that asks may be named too."""

    session: UUID


class SessionsEnded(Model):
    """How many sessions ended."""

    count: int


class EndOtherSessions(Request[SessionsEnded], owner="identity", caller=Caller.INSURED):
    """Ends every session of the person who asks but this one."""


class NoteExport(Request[Nothing], owner="identity", caller=Caller.INSURED):
    """Notes in the activity that the person takes a copy of the account's data."""


class SessionEnded(Event, owner="identity", noticed_by=("gateway",)):
    """A session ended: signed out, replaced, or taken away with the contact's access."""

    sid: UUID
