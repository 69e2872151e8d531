"""An agency's staff in tests: invited as on a real day, and let in with an authenticator of their own."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

import pyotp
from pydantic import BaseModel

from contracts.identity.second_factors import Factor, ProveAuthenticator, SetUpAuthenticator, StaffEntry
from contracts.identity.sessions import ResolveSession, Session
from contracts.identity.staff import AddMember, Member
from contracts.kinds import Request, SignInRequired
from contracts.notify import SendInvitation
from contracts.principal import Role
from kit.bus import Asker
from kit.bus.connection import flush
from kit.database import Transaction
from services.identity.staff import entries
from tests import stack

from .conftest import SLUG, Identity

Answer = TypeVar("Answer", bound=BaseModel)


@dataclass
class Worker:
    """A member of staff who is in; `authenticator` makes the codes."""

    crew: "Crew"
    member: Member
    token: str
    authenticator: pyotp.TOTP

    async def ask(self, request: Request[Answer]) -> Answer:
        """Asks as the gateway does in this member's name; raises SignInRequired when the session has ended."""
        return await self.crew.identity.asker.ask(request, (await self.session()).principal)

    async def session(self) -> Session:
        return await self.crew.identity.asker.ask(ResolveSession(token=self.token))

    async def is_in(self) -> bool:
        try:
            await self.session()
        except SignInRequired:
            return False
        return True


@dataclass
class Crew:
    """The staff of the agency; `invitations` are what notify was told to mail."""

    identity: Identity
    invitations: list[SendInvitation] = field(default_factory=list)
    listens: bool = False

    async def listen(self) -> None:
        async def note(message: Any) -> None:
            self.invitations.append(SendInvitation.model_validate(json.loads(message.data)))

        await self.identity.ops.subscribe(SendInvitation.subject, cb=note)
        await flush(self.identity.ops)
        self.listens = True

    async def add(self, name: str, role: Role = Role.ADMIN) -> Member:
        """A member from the command line, who is invited and not in yet."""
        email = f"{name.lower()}@oakhill.example"
        member = await Asker(self.identity.ops).ask(AddMember(agency=SLUG, name=name, email=email, role=role))
        if self.listens:  # or it would come later, as if it were a newer one
            await stack.eventually(lambda: any(one.to == email for one in self.invitations))
        return member

    async def newest_key(self, after: int = 0) -> str:
        """The key of the invitation that was sent after the first `after` ones."""
        await stack.eventually(lambda: len(self.invitations) > after)
        return self.invitations[-1].key

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Identity's database as identity has it."""
        database = self.identity.logins.open(1)
        try:
            async with database.transaction(self.identity.agency.id) as tx:
                yield tx
        finally:
            await database.close()

    async def begin(
        self, member: UUID, makes: tuple[Factor, ...] = ("passkey", "authenticator"), **said: str
    ) -> StaffEntry:
        """A way in as a provider's word begins it."""
        async with self.transaction() as tx:
            return await entries.begin(member, ("fed",), makes, tx, **said)

    async def hire(self, name: str, role: Role = Role.ADMIN) -> Worker:
        """A member who has come in with a new authenticator."""
        member = await self.add(name, role)
        entry = (await self.begin(member.id)).entry
        key = await self.identity.asker.ask(SetUpAuthenticator(agency=SLUG, entry=entry))
        codes = pyotp.TOTP(key.key)
        signed_in = await self.identity.asker.ask(ProveAuthenticator(agency=SLUG, entry=entry, code=codes.now()))
        return Worker(self, member, signed_in.token, codes)


def another(codes: pyotp.TOTP) -> str:
    """A code of the next time step, which the clock's drift allows: the one of now may be used already."""
    return codes.at(int(time.time()) + 30)
