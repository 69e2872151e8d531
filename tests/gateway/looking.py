"""Identity's side of impersonations, for the gateway's tests: one-time addresses and the views behind them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from contracts.identity.impersonations import (
    EndView,
    FindImpersonation,
    Impersonate,
    Impersonation,
    ImpersonationLink,
    LinkOver,
    OpenView,
    ViewOpened,
)
from contracts.kinds import NotFound, Nothing
from contracts.principal import Actor
from kit.bus import Call, Service
from kit.ids import new_id

from . import portal_samples as samples

KEY = "key-of-the-one-time-address"
AGENT = Actor(id="u-17", name="Jo Agent")


@dataclass
class Waiting:
    """An impersonation and whether its address was opened."""

    agency: str
    account: UUID
    opened: bool = False


def address_of(world: Any, agency: str = "demo", account: UUID | None = None) -> tuple[UUID, str]:
    """A new one-time address: the impersonation and the path."""
    impersonation = new_id()
    world.waiting[impersonation] = Waiting(agency, account or samples.me().account.id)
    return impersonation, f"/{agency}/view/{impersonation}/open/{KEY}"


def look(world: Any, agency: UUID, account: UUID, impersonation: UUID, **changes: Any) -> str:
    """A live view's token."""
    until = datetime.now(UTC) + timedelta(minutes=30)
    known = {"view": impersonation, "actor": AGENT, "until": until, "read_only": True}
    token: str = world.sign_in(agency, account, **(known | changes))
    return token


def answer_views(service: Service, world: Any) -> None:
    """Adds identity's answers about views."""

    @service.answers(Impersonate)
    async def impersonate(request: Impersonate, call: Call) -> ImpersonationLink:
        world.note(request, call)
        world.impersonated.append(request)
        impersonation, path = address_of(world)
        until = datetime.now(UTC) + timedelta(seconds=60)
        return ImpersonationLink(url=f"http://localhost:8080{path}", expires_at=until, impersonation=impersonation)

    @service.answers(FindImpersonation)
    async def find(request: FindImpersonation, call: Call) -> Impersonation:
        world.note(request, call)
        _waiting(request, world)
        return samples.IMPERSONATION

    @service.answers(OpenView)
    async def open_view(request: OpenView, call: Call) -> ViewOpened:
        world.note(request, call)
        waiting = _waiting(request, world)
        waiting.opened = True
        token = look(world, world.agencies[waiting.agency].id, waiting.account, request.impersonation)
        return ViewOpened(token=token, expires_at=datetime.now(UTC) + timedelta(minutes=30))

    @service.answers(EndView)
    async def end_view(request: EndView, call: Call) -> Nothing:
        world.note(request, call)
        world.sessions.pop(request.token, None)
        return Nothing()


def _waiting(request: FindImpersonation | OpenView, world: Any) -> Waiting:
    waiting: Waiting | None = world.waiting.get(request.impersonation)
    if waiting is None or waiting.agency != request.agency or request.key != KEY:
        raise NotFound
    if waiting.opened:
        raise LinkOver
    return waiting
