"""Documents on the real bus and a database of its own; policy's and identity's answers are what a test says."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest_asyncio
from nats.aio.client import Client
from nats.aio.msg import Msg

from contracts.ams import PolicyStatus
from contracts.documents.id_cards import IssueIdCard
from contracts.documents.vault import Document
from contracts.identity.agencies import AgencyChanged
from contracts.identity.contacts import AccountChoice, AccountsChanged, ChangedAccount, GetMe, Me, Person
from contracts.kinds import Event, Request
from contracts.policy.freshness import FeedState
from contracts.policy.policies import ChangedPolicy, PoliciesChanged
from contracts.policy.vehicles import InsuredVehicle, InsuredVehicles, ListInsuredVehicles, VehicleSearch
from contracts.streams import durable
from kit.bus import Asker
from kit.bus.connection import flush
from kit.ids import new_id
from ops.stack.nats import NatsServer
from services.documents.app import PROCESS
from services.documents.handlers import service
from tests import stack

from .facts import AGENCY, insured


@dataclass
class Household:
    """An account with a signed-in contact."""

    agency: UUID
    slug: str
    account: UUID = field(default_factory=new_id)
    contact: UUID = field(default_factory=new_id)
    ams_id: str = "a-1"

    def signed(self, **changes: Any) -> str:
        """Its principal, as the gateway sends it."""
        return stack.signed(self.agency, self.account, **{"sub": self.contact, **changes})


@dataclass
class Office:
    """Documents, asked as the gateway and notify ask it; `book` is what policy answers, `email` who GetMe finds."""

    gateway: Asker
    notify: Asker
    ops: Client
    logins: stack.Logins
    book: list[InsuredVehicle] = field(default_factory=list)
    as_of: datetime | None = field(default_factory=lambda: datetime.now(UTC))
    feed: FeedState = "fresh"
    cursor: str | None = None
    asked: list[ListInsuredVehicles] = field(default_factory=list)
    email: str | None = "pat.rivera@example.com"

    async def tell(self, event: Event) -> None:
        """An event of another service's; returns when documents has heard it."""
        stored = await self.ops.jetstream().publish(event.subject, event.model_dump_json().encode())
        consumer = durable("documents", event.subject)
        await stack.eventually(lambda: stack.settled(self.ops, "EVENTS", consumer, stored.seq))

    async def household(self, slug: str = "oakhill", agency: UUID | None = None, ams_id: str = "a-1") -> Household:
        """An account that identity told of, in a new agency unless one is named."""
        house = Household(agency or new_id(), slug, ams_id=ams_id)
        if agency is None:
            details = AGENCY.model_copy(update={"slug": slug})
            await self.tell(AgencyChanged(agency=house.agency, version=1, details=details))
        await self.tell(accounts_changed(house))
        return house

    async def issue(self, house: Household, facts: InsuredVehicle) -> Document:
        """The ID card of a vehicle that policy knows, asked as that household."""
        if facts not in self.book:
            self.book.append(facts)
        return await self.gateway.ask(IssueIdCard(policy=facts.policy, vehicle=facts.vehicle.id), house.signed())

    async def answer_policy(self, message: Msg) -> None:
        request = ListInsuredVehicles.model_validate_json(message.data)
        self.asked.append(request)
        await message.respond(self.answer(request).model_dump_json().encode())

    def answer(self, wanted: VehicleSearch) -> InsuredVehicles:
        """What policy would say."""
        items = [one for one in self.book if wanted.policy in (None, one.policy)]
        items = [one for one in items if wanted.vehicle in ("", one.vehicle.id)]
        return InsuredVehicles(items=items, as_of=self.as_of, feed=self.feed, total=len(items), cursor=self.cursor)

    async def answer_identity(self, message: Msg) -> None:
        person = Person(id=new_id(), name="Pat Rivera", role="primary", email=self.email, mobile=None)
        account = AccountChoice(id=new_id(), name="Rivera household", number="1001")
        me = Me(contact=person, account=account, accounts=1, language="es", read_only=False)
        await message.respond(me.model_dump_json().encode())


def accounts_changed(house: Household, version: int = 1, **changes: Any) -> AccountsChanged:
    """What identity tells of a household."""
    values: dict[str, Any] = {
        "account": house.account,
        "ams_id": house.ams_id,
        "version": version,
        "changed_at": datetime.now(UTC),
        "deleted": False,
        "name": "Rivera household",
        "street": "1420 Juniper Street, Apt 3",
        "city": "Austin",
        "state": "TX",
        "postal_code": "78702",
    }
    return AccountsChanged(agency=house.agency, accounts=[ChangedAccount(**{**values, **changes})])


def policy_changed(house: Household, facts: InsuredVehicle, version: int, **changes: Any) -> PoliciesChanged:
    """What policy tells of a policy."""
    values: dict[str, Any] = {
        "policy": facts.policy,
        "account_ams_id": house.ams_id,
        "version": version,
        "changed_at": datetime.now(UTC),
        "deleted": False,
        "number": facts.policy_number,
        "status": PolicyStatus.ACTIVE,
        "effective": facts.effective,
        "expiration": facts.expiration,
        "cancellation_on": None,
    }
    return PoliciesChanged(agency=house.agency, policies=[ChangedPolicy(**{**values, **changes})])


def on_the_road(**changes: Any) -> InsuredVehicle:
    """A vehicle whose policy is in force whenever the test runs."""
    year = datetime.now(UTC).year
    return insured(effective=date(year - 1, 1, 15), expiration=date(year + 2, 1, 15), **changes)


@pytest_asyncio.fixture
async def office(
    nats_server: NatsServer, ops_client: Client, clone: Callable[[str], Awaitable[stack.Logins]]
) -> AsyncIterator[Office]:
    logins = await clone("documents")
    await logins.clear()
    gateway, notify = await stack.connect(nats_server, "gateway"), await stack.connect(nats_server, "notify")
    found = Office(Asker(gateway), Asker(notify), ops_client, logins)
    others: list[tuple[type[Request[Any]], Callable[[Msg], Awaitable[None]]]] = [
        (ListInsuredVehicles, found.answer_policy),
        (GetMe, found.answer_identity),
    ]
    for request, answer in others:
        await ops_client.subscribe(request.subject, cb=answer)
    await flush(ops_client)
    async with stack.running(service, stack.settings_for(nats_server, logins), PROCESS.open_parts):
        yield found
    await gateway.close()
    await notify.close()
