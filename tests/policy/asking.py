"""What tests of requests share: people who ask, an identity that knows their names, and forms that are filled in."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest_asyncio
from nats.aio.client import Client
from nats.aio.msg import Msg

from contracts.identity.contacts import AccountChoice, GetMe, Me, Person
from contracts.identity.staff import Colleague, Colleagues, GetMyself, ListColleagues, Member
from contracts.policy.acknowledgement import VERSION
from contracts.policy.policies import ListPolicies
from contracts.policy.requests import MakeRequest, RequestRecord
from contracts.principal import Kind, Role
from kit.bus.connection import flush
from kit.ids import new_id
from ops.stack.nats import NatsServer
from tests import stack

from .conftest import Book, day, policy

VIN = "1PXDEMABXMP700100"
GARAGE = {
    "garaging_street": "12 Lantern Way",
    "garaging_city": "Austin",
    "garaging_state": "tx",
    "garaging_zip": "78701",
}
NEW_VEHICLE: dict[str, Any] = {
    "kind": "vehicle-add",
    "effective_on": day(3),
    "year": 2024,
    "make": "Toyota",
    "model": "RAV4",
    "vin": VIN,
    "ownership": "owned",
    "use": "commute",
    "cover": "same",
    **GARAGE,
}


@dataclass
class Desk:
    """A book with an insured, `contact`, and a member of staff, `agent`, whose names identity knows."""

    book: Book
    contact: UUID = field(default_factory=new_id)
    agent: UUID = field(default_factory=new_id)

    async def ask(self, request: Any, **changes: Any) -> Any:
        """As the insured."""
        account = changes.pop("account", self.book.account)
        token = stack.signed(self.book.agency, account, **{"sub": self.contact, **changes})
        return await self.book.asker.ask(request, token)

    async def staff(self, request: Any, **changes: Any) -> Any:
        """As the agent, in the console."""
        agency = changes.pop("agency", self.book.agency)
        values = {"kind": Kind.STAFF, "role": Role.CSR, "sub": self.agent, **changes}
        return await self.book.asker.ask(request, stack.signed(agency, None, **values))

    async def make(
        self, form: dict[str, Any] | None = None, account: UUID | None = None, **changes: Any
    ) -> RequestRecord:
        """Sends a request, a general one unless another form is given; of A1 unless another account is named."""
        return await self.ask(asked(form, **changes), account=account or self.book.account)  # type: ignore[no-any-return]

    async def with_policy(self, **changes: Any) -> str:
        """A policy with a vehicle and a driver; its id."""
        vehicle = {"id": "7", "year": 2019, "make": "Honda", "model": "CR-V", "vin": VIN, "state": "TX"}
        data = policy(vehicles=[vehicle], drivers=[{"name": "Pat Rivera"}], **changes)
        await self.book.publish("policy", "P1", 1, data)
        return str((await self.book.ask(ListPolicies(status="all"))).items[0].id)

    async def answer(self, message: Msg) -> None:
        """What identity would say."""
        choice = AccountChoice(id=self.book.account, name="Rivera household", number="1")
        person = Person(id=self.contact, name="Pat Rivera", role="primary", email="pat@example.com", mobile=None)
        member = Member(
            id=self.agent,
            name="Alex Agent",
            email="alex@oakhill.example",
            role=Role.CSR,
            standing="in",
            passkeys=1,
            authenticator=False,
        )
        known = {
            GetMe.subject: Me(contact=person, account=choice, accounts=1, language="en", read_only=False),
            GetMyself.subject: member,
            ListColleagues.subject: Colleagues(items=[Colleague(id=self.agent, name="Alex Agent", role=Role.CSR)]),
        }
        await message.respond(known[message.subject].model_dump_json().encode())

    async def listen(self, identity: Client) -> None:
        """Answers in identity's place."""
        for request in (GetMe, GetMyself, ListColleagues):
            await identity.subscribe(request.subject, cb=self.answer)
        await flush(identity)


def asked(form: dict[str, Any] | None = None, **changes: Any) -> MakeRequest:
    """A request with its acknowledgement."""
    filled = form or {"kind": "general", "details": "Please call me."}
    values = {"submission": new_id(), "form": filled, "acknowledged": VERSION, **changes}
    return MakeRequest.model_validate(values)


@pytest_asyncio.fixture
async def desk(book: Book, nats_server: NatsServer) -> AsyncIterator[Desk]:
    """A book with people whose names identity knows."""
    identity = await stack.connect(nats_server, "identity")
    found = Desk(book)
    await found.listen(identity)
    yield found
    await identity.close()
