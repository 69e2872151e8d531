"""What a handler is given beside its message: who asks, the database, and the way to ask others."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from nats.aio.client import Client
from pydantic import BaseModel

from contracts.kinds import Code, NotFound, Request, SignInRequired
from contracts.principal import Kind, Principal
from kit import telemetry
from kit.database import NOBODYS, Database, Transaction

from .client import Asker

Answer = TypeVar("Answer", bound=BaseModel)


@dataclass(frozen=True)
class Bus:
    """What a process needs to work: its database, its connection, and its own settings and parts."""

    database: Database
    client: Client
    asker: Asker
    parts: object


@dataclass(frozen=True)
class Call:
    """One request or job being handled.

    `principal` is checked already; `token` is its signed form, to pass on when another service is asked.
    """

    bus: Bus
    principal: Principal | None = None
    token: str | None = None

    @property
    def who(self) -> Principal:
        """The principal; raises SignInRequired where there is none."""
        if self.principal is None:
            raise SignInRequired
        return self.principal

    @property
    def account(self) -> UUID:
        """The open account; raises SignInRequired where none is chosen."""
        if self.who.account is None:
            raise SignInRequired
        return self.who.account

    @asynccontextmanager
    async def transaction(self, agency: UUID | None = None) -> AsyncIterator[Transaction]:
        """A transaction for the caller's agency and account, read-only if its session is; or for `agency`.

        Without either, only tables of the directory can be read. Codes are published after the commit.
        """
        principal = self.principal
        if principal is not None:
            if agency is not None and agency != principal.agency:
                raise NotFound
            account = principal.account or (NOBODYS if principal.kind is Kind.CONTACT else None)
            scope = self.bus.database.transaction(principal.agency, account, read_only=principal.read_only)
        else:
            scope = self.bus.database.transaction(agency)
        async with scope as transaction:
            yield transaction
        for code in transaction.codes:
            await self._publish(code)

    async def ask(self, request: Request[Answer]) -> Answer:
        """Asks another service in the caller's name."""
        return await self.bus.asker.ask(request, self.token)

    async def _publish(self, code: Code) -> None:
        await self.bus.client.jetstream(timeout=2).publish(
            code.subject,
            code.model_dump_json().encode(),
            stream="CODES",
            headers={telemetry.TRACEPARENT: telemetry.traceparent()},
        )
