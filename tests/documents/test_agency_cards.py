"""ID cards that staff send: the card's own rules and reasons, the contact's own mailbox, and who wanted it."""

from dataclasses import dataclass, field
from uuid import UUID

import pytest
import pytest_asyncio
from nats.aio.msg import Msg

from contracts.documents.id_cards import IdCardRefused, ListContactIdCards, SendIdCard
from contracts.documents.mailings import MailLimit, NoEmailOnFile
from contracts.identity.activities import RecordActivity, What
from contracts.identity.addressees import Addressee, GetAddressee
from contracts.kinds import NotAllowed, NotFound, SignInRequired
from contracts.notify import MailDocument
from contracts.policy.vehicles import InsuredVehicle, ListVehiclesOf
from contracts.principal import Kind, Role, Scope
from kit.bus import wire
from kit.bus.connection import flush
from kit.ids import new_id
from tests import stack

from .conftest import Household, Office, on_the_road
from .test_activity import recorded


@dataclass
class Agency:
    """Documents beside an identity and a policy that know one contact and its account."""

    office: Office
    house: Household
    staff: UUID = field(default_factory=new_id)
    email: str = "pat.rivera@example.com"

    @property
    def principal(self) -> str:
        return stack.signed(self.house.agency, kind=Kind.STAFF, role=Role.CSR, sub=self.staff)

    def addressee(self) -> Addressee:
        known = self.house
        facts = {"id": known.contact, "account": known.account, "name": "Pat Rivera", "same": [known.contact]}
        return Addressee(**facts, email=self.email, language="es")

    async def answer_identity(self, message: Msg) -> None:
        wanted = GetAddressee.model_validate_json(message.data).contact
        if wanted == self.house.contact:
            await message.respond(self.addressee().model_dump_json().encode())
            return
        headers, body = wire.refusal_reply(NotFound())
        await self.office.ops.publish(message.reply, body, headers=headers)

    async def answer_policy(self, message: Msg) -> None:
        wanted = ListVehiclesOf.model_validate_json(message.data)
        assert wanted.account == self.house.account
        await message.respond(self.office.answer(wanted).model_dump_json().encode())

    async def send(self, facts: InsuredVehicle) -> str:
        wanted = SendIdCard(contact=self.house.contact, policy=facts.policy, vehicle=facts.vehicle.id)
        return (await self.office.gateway.ask(wanted, self.principal)).sent_to


@pytest_asyncio.fixture
async def agency(office: Office) -> Agency:
    known = Agency(office, await office.household())
    await office.ops.subscribe(GetAddressee.subject, cb=known.answer_identity)
    await office.ops.subscribe(ListVehiclesOf.subject, cb=known.answer_policy)
    await flush(office.ops)
    return known


async def test_a_card_goes_to_the_contact_s_own_mailbox_and_the_activity_says_who_sent_it(agency: Agency) -> None:
    office, house, facts = agency.office, agency.house, on_the_road()
    office.book.append(facts)
    jobs = await office.ops.jetstream().subscribe(MailDocument.subject)
    assert await agency.send(facts) == "p•••@e•••.com"
    job = MailDocument.model_validate_json((await jobs.next_msg(timeout=30)).data)
    assert (job.to, job.contact, job.language, job.sender_name) == (agency.email, house.contact, "es", "")
    assert job.document == await office.logins.value("SELECT id FROM documents")

    async def both() -> bool:
        return len(await recorded(office)) == 2

    await stack.eventually(both)
    done = {one.what: one for one in await recorded(office)}
    assert done.keys() == {What.ID_CARD_ISSUED, What.DOCUMENT_EMAILED}
    mailed: RecordActivity = done[What.DOCUMENT_EMAILED]
    assert (mailed.by, mailed.doer, mailed.contact, mailed.account) == (
        "staff",
        agency.staff,
        house.contact,
        house.account,
    )
    assert mailed.facts["to"] == "p•••@e•••.com"
    await agency.send(facts)
    assert await office.logins.value("SELECT count(*) FROM documents") == 1, "the same facts give the same card"
    (row,) = await office.logins.fetch("SELECT DISTINCT contact, account FROM mailings")
    assert (row["contact"], row["account"]) == (house.contact, house.account)


async def test_what_no_card_can_be_made_for_says_why_and_nothing_is_sent(agency: Agency) -> None:
    office = agency.office
    york = on_the_road()
    york = york.model_copy(update={"vehicle": york.vehicle.model_copy(update={"state": "NY"})})
    short = on_the_road(policy=new_id())
    short = short.model_copy(update={"vehicle": short.vehicle.model_copy(update={"vin": "1HGCM8"})})
    office.book += [york, short]
    found = await office.gateway.ask(ListContactIdCards(contact=agency.house.contact), agency.principal)
    assert [(one.available, one.reason) for one in found.items] == [
        (False, "carrier_card_only"),
        (False, "vin_incomplete"),
    ]
    for facts, reason in ((york, "carrier_card_only"), (short, "vin_incomplete")):
        with pytest.raises(IdCardRefused) as refused:
            await agency.send(facts)
        assert refused.value.facts == {"reason": reason}
    assert await office.logins.value("SELECT count(*) FROM outbox") == 0
    assert await recorded(office) == []


async def test_a_contact_without_an_address_and_one_too_many(agency: Agency) -> None:
    facts = on_the_road()
    agency.office.book.append(facts)
    agency.email = ""
    with pytest.raises(NoEmailOnFile):
        await agency.send(facts)
    assert await agency.office.logins.value("SELECT count(*) FROM documents") == 0
    agency.email = "pat.rivera@example.com"
    for _ in range(20):
        await agency.send(facts)
    with pytest.raises(MailLimit):
        await agency.send(facts)


async def test_only_the_agency_sends_and_only_to_its_own(agency: Agency) -> None:
    office, house, facts = agency.office, agency.house, on_the_road()
    office.book.append(facts)
    wanted = SendIdCard(contact=house.contact, policy=facts.policy, vehicle=facts.vehicle.id)
    narrow = stack.signed(house.agency, kind=Kind.SYSTEM, scopes=(Scope.AMS_PUBLISH,), sub=new_id())
    for principal, refusal in ((house.signed(), SignInRequired), (narrow, NotAllowed)):
        for request in (wanted, ListContactIdCards(contact=house.contact)):
            with pytest.raises(refusal):
                await office.gateway.ask(request, principal)  # type: ignore[arg-type]
    for missing in ({"contact": new_id()}, {"policy": new_id()}, {"vehicle": "none"}):
        with pytest.raises(NotFound):
            await office.gateway.ask(wanted.model_copy(update=missing), agency.principal)
    system = stack.signed(house.agency, kind=Kind.SYSTEM, scopes=(Scope.AGENCY_ADMIN,), sub=new_id())
    assert (await office.gateway.ask(wanted, system)).sent_to == "p•••@e•••.com"
