"""Systems: the agency's own programs, with the client credentials by which they come in over HTTP and on the bus."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from contracts.kinds import Caller, Job, Model, NotFound, Nothing, Refusal, Request
from contracts.principal import Role, Scope

from .sessions import Browser
from .texts import AgencySlug

SystemName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,23}$")]
Scopes = Annotated[tuple[Scope, ...], Field(min_length=1, max_length=len(Scope))]


class SystemExists(Refusal):
    """The agency has a system of this name already."""

    code, status, title = "system_exists", 409, "Your agency has a system with this name already."


class ClientRefused(Refusal):
    """RFC 6749 §5.2: no live system has this client id and this secret; which of them is wrong is not said."""

    code, status, title = "invalid_client", 401, "This client id and secret are not known."


class ScopeRefused(Refusal):
    """RFC 6749 §5.2: a scope that does not exist, or that the system was not given."""

    code, status, title = "invalid_scope", 400, "The system does not have this scope."


class System(Model):
    """A system of an agency.

    `name` is its short name, `client_id` is `<name>_<agency>`: its name at the token's address and on the bus alike.
    While its secret is changed the older one is good until `old_secret_until`.
    """

    id: UUID
    name: str
    client_id: str
    scopes: tuple[Scope, ...]
    made_at: datetime
    secret_made_at: datetime
    old_secret_until: datetime | None = None
    used_at: datetime | None = None


class Systems(Model):
    """An agency's systems, by name."""

    items: list[System]


class Credentials(Model):
    """A system with a new secret (256 random bits), which is shown once and kept only as a hash."""

    system: System
    client_secret: str


class ListSystems(Request[Systems], owner="identity", caller=Caller.AGENCY, roles=(Role.ADMIN,), reads=True):
    """The agency's systems that have not ended."""


class AddSystem(
    Request[Credentials], owner="identity", caller=Caller.AGENCY, roles=(Role.ADMIN,), refusals=(SystemExists,)
):
    """Adds a system to the agency."""

    name: SystemName
    scopes: Scopes
    browser: Browser = Browser()


class ChangeSecret(
    Request[Credentials], owner="identity", caller=Caller.AGENCY, roles=(Role.ADMIN,), refusals=(NotFound,)
):
    """Gives a system a new secret; the one before stays good for a day, or with `at_once` ends with all it opened."""

    system: UUID
    at_once: bool = False
    browser: Browser = Browser()


class EndSystem(Request[Nothing], owner="identity", caller=Caller.AGENCY, roles=(Role.ADMIN,), refusals=(NotFound,)):
    """Ends a system: its secrets, its access tokens, and its connections to the bus."""

    system: UUID
    browser: Browser = Browser()


class ListSystemsOf(
    Request[Systems], owner="identity", caller=Caller.PROCESS, reads=True, asked_by=("ops",), refusals=(NotFound,)
):
    """From the command line: an agency's systems."""

    agency: AgencySlug


class AddSystemOf(
    Request[Credentials],
    owner="identity",
    caller=Caller.PROCESS,
    asked_by=("ops",),
    refusals=(NotFound, SystemExists),
):
    """From the command line: adds a system to an agency."""

    agency: AgencySlug
    name: SystemName
    scopes: Scopes


class ChangeSecretOf(
    Request[Credentials], owner="identity", caller=Caller.PROCESS, asked_by=("ops",), refusals=(NotFound,)
):
    """From the command line: what ChangeSecret does, for the agency's system of this name."""

    agency: AgencySlug
    name: SystemName
    at_once: bool = False


class EndSystemOf(Request[Nothing], owner="identity", caller=Caller.PROCESS, asked_by=("ops",), refusals=(NotFound,)):
    """From the command line: what EndSystem does, for the agency's system of this name."""

    agency: AgencySlug
    name: SystemName


class Granted(Model):
    """An access token (shown once, kept only as a hash) and what it may be used for."""

    token: str
    scopes: tuple[Scope, ...]
    expires_at: datetime


class GrantToken(Request[Granted], owner="identity", caller=Caller.ANYONE, refusals=(ClientRefused, ScopeRefused)):
    """RFC 6749 §4.4: trades client credentials for an access token.

    `scopes` are those that are asked for, as they were written; all of the system's where none is named.
    """

    client_id: str = Field(max_length=200)
    client_secret: str = Field(max_length=200)
    scopes: tuple[str, ...] = Field(default=(), max_length=20)
    browser: Browser = Browser()


class DisconnectSystem(Job, owner="identity", enqueued_by=("identity",)):
    """Cuts a system's connections to the bus after it has ended, or after its secret has changed at once."""

    client_id: str
