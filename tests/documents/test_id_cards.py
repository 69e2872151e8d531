"""ID cards, asked for over the bus: listed with reasons, made once, told, and only for their own household."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from contracts.documents.id_cards import IdCardIssued, IdCardRefused, IssueIdCard, ListIdCards
from contracts.documents.vault import CHUNK, GetHomeDocuments, ReadAttachment, ReadContent
from contracts.identity.agencies import AgencyChanged
from contracts.identity.contacts import AccountsChanged
from contracts.kinds import NotFound, ReadOnly, SignInRequired, Unavailable
from kit.ids import new_id
from tests import stack

from .conftest import Household, Office, accounts_changed, on_the_road
from .facts import AGENCY


async def test_every_vehicle_is_listed_with_the_reason_where_there_is_no_card(office: Office) -> None:
    house = await office.household()
    good, short, york = (
        on_the_road(),
        on_the_road(vehicle_changes={"vin": "1HG"}),
        on_the_road(vehicle_changes={"state": "NY"}),
    )
    office.book = [good, short, york]
    cards = await office.gateway.ask(ListIdCards(), house.signed())
    assert [(item.policy, item.available, item.reason) for item in cards.items] == [
        (good.policy, True, None),
        (short.policy, False, "vin_incomplete"),
        (york.policy, False, "carrier_card_only"),
    ]
    assert cards.as_of == office.as_of
    assert cards.items[0].vehicle_name == "2021 Honda Civic EX"


async def test_the_card_is_a_pdf_whose_bytes_have_its_hash(office: Office) -> None:
    house = await office.household()
    document = await office.issue(house, on_the_road())
    assert (document.title, document.file_name) == ("ID card: 2021 Honda Civic EX", "id-card-2021-honda-civic-ex.pdf")
    assert document.content_type == "application/pdf"
    assert document.current
    content = await office.gateway.ask(ReadContent(document=document.id), house.signed())
    assert content.chunk.startswith(b"%PDF-")
    assert len(content.chunk) == document.size < CHUNK
    assert sha256(content.chunk).hexdigest() == document.sha256
    attached = await office.notify.ask(ReadAttachment(agency=house.agency, document=document.id))
    assert attached.chunk == content.chunk
    assert (await office.gateway.ask(GetHomeDocuments(), house.signed())).items == [document]


async def test_a_new_card_is_told_to_us_and_to_the_agencys_system(office: Office) -> None:
    house = await office.household()
    events = await office.ops.jetstream().subscribe("event.documents.>")
    portal = await office.ops.jetstream().subscribe("portal.oakhill.>")
    facts = on_the_road()
    document = await office.issue(house, facts)
    told = IdCardIssued.model_validate_json((await events.next_msg(timeout=5)).data)
    assert (told.agency, told.account, told.document) == (house.agency, house.account, document.id)
    message = await portal.next_msg(timeout=5)
    assert message.subject == "portal.oakhill.id-card.issued"
    event = json.loads(message.data)
    assert event["type"] == "portal.id-card.issued.v1"
    assert (event["data"]["account"], event["data"]["vehicle"]) == ("a-1", "v-1")
    assert event["data"]["document"] == str(document.id)


async def test_the_same_facts_give_the_same_card_and_are_told_once(office: Office) -> None:
    house = await office.household()
    facts = on_the_road()
    office.book = [facts]
    request = IssueIdCard(policy=facts.policy, vehicle=facts.vehicle.id)
    asked = [office.gateway.ask(request, house.signed(), deadline=30) for _ in range(12)]  # more than connections
    documents = await asyncio.gather(*asked)
    assert len({document.id for document in documents}) == 1
    assert await office.logins.value("SELECT count(*) FROM documents") == 1
    assert await office.logins.value("SELECT count(*) FROM outbox WHERE subject LIKE 'event.%'") == 1
    assert await office.logins.value("SELECT count(*) FROM outbox WHERE subject LIKE 'portal.%'") == 1


async def test_changed_facts_give_a_new_card_and_the_old_one_no_longer_holds(office: Office) -> None:
    house = await office.household()
    facts = on_the_road()
    old = await office.issue(house, facts)
    changed = facts.model_copy(update={"policy_number": "QF-NEW"})
    office.book = [changed]
    new = await office.issue(house, changed)
    assert new.id != old.id
    home = await office.gateway.ask(GetHomeDocuments(), house.signed())
    assert [item.id for item in home.items] == [new.id]
    read = await office.gateway.ask(ReadContent(document=old.id), house.signed())
    assert not read.document.current
    office.book = [facts]
    again = await office.issue(house, facts)
    assert (again.id, again.current) == (old.id, True)
    assert not (await office.gateway.ask(ReadContent(document=new.id), house.signed())).document.current


async def test_a_moved_household_and_a_new_agency_phone_reach_the_paper(office: Office) -> None:
    house = await office.household()
    facts = on_the_road()
    cards = {(await office.issue(house, facts)).id}
    await office.tell(accounts_changed(house, version=3, street="9 New Street"))
    cards.add((await office.issue(house, facts)).id)
    await office.tell(accounts_changed(house, version=2, street="8 Late Street"))
    cards.add((await office.issue(house, facts)).id)
    details = AGENCY.model_copy(update={"phone": "(512) 555-0199"})
    await office.tell(AgencyChanged(agency=house.agency, version=2, details=details))
    cards.add((await office.issue(house, facts)).id)
    assert len(cards) == 3


async def test_a_mended_account_of_the_same_version_reaches_the_paper_and_an_earlier_word_of_it_does_not(
    office: Office,
) -> None:
    house = await office.household()
    facts = on_the_road()
    as_told = (await office.issue(house, facts)).id
    now = datetime.now(UTC)
    await office.tell(accounts_changed(house, changed_at=now + timedelta(seconds=2), street="9 Mended Street"))
    mended = (await office.issue(house, facts)).id
    assert mended != as_told
    await office.tell(accounts_changed(house, changed_at=now - timedelta(seconds=2), street="8 Late Street"))
    assert (await office.issue(house, facts)).id == mended


async def test_one_event_tells_of_many_accounts_the_newest_of_each_counts(office: Office) -> None:
    house = await office.household()
    neighbour = Household(house.agency, "oakhill", ams_id="a-2")
    told = [
        accounts_changed(house, version=2, deleted=True),
        accounts_changed(neighbour, version=2),
        accounts_changed(house, version=3),
        accounts_changed(neighbour, version=1, deleted=True),
    ]
    changed = [account for event in told for account in event.accounts]
    await office.tell(AccountsChanged(agency=house.agency, accounts=changed))
    for who in (house, neighbour):
        assert (await office.issue(who, on_the_road())).current


async def test_home_shows_the_newest_five(office: Office) -> None:
    house = await office.household()
    made = [(await office.issue(house, on_the_road())).id for _ in range(6)]
    home = await office.gateway.ask(GetHomeDocuments(), house.signed())
    assert [item.id for item in home.items] == made[:0:-1]


async def test_what_cannot_be_issued_says_why(office: Office) -> None:
    house = await office.household()
    with pytest.raises(IdCardRefused) as refused:
        await office.issue(house, on_the_road(vehicle_changes={"state": "NY"}))
    assert refused.value.facts == {"reason": "carrier_card_only"}
    office.feed = "stale"
    with pytest.raises(IdCardRefused) as refused:
        await office.issue(house, on_the_road())
    assert refused.value.facts == {"reason": "stale_data"}
    assert (await office.gateway.ask(ListIdCards(), house.signed())).feed == "stale"
    assert await office.logins.value("SELECT count(*) FROM documents") == 0


async def test_an_unknown_policy_or_vehicle_is_not_found(office: Office) -> None:
    house = await office.household()
    facts = on_the_road()
    office.book = [facts]
    for policy, vehicle in ((new_id(), "v-1"), (facts.policy, "v-2")):
        with pytest.raises(NotFound):
            await office.gateway.ask(IssueIdCard(policy=policy, vehicle=vehicle), house.signed())


async def test_a_household_that_identity_has_not_told_of_yet_is_asked_to_try_again(office: Office) -> None:
    house = Household((await office.household()).agency, "oakhill")
    with pytest.raises(Unavailable):
        await office.issue(house, on_the_road())
    await office.tell(accounts_changed(house))
    assert (await office.issue(house, on_the_road())).current
    await office.tell(accounts_changed(house, version=1, deleted=True))  # swept: it keeps its version
    with pytest.raises(NotFound):
        await office.issue(house, on_the_road())


async def test_documents_of_others_are_not_found(office: Office) -> None:
    house = await office.household()
    neighbour = await office.household(agency=house.agency, ams_id="a-2")
    elsewhere = await office.household("riverside")
    document = await office.issue(house, on_the_road())
    same_account_elsewhere = stack.signed(elsewhere.agency, house.account)
    for who in (neighbour.signed(), elsewhere.signed(), same_account_elsewhere):
        with pytest.raises(NotFound):
            await office.gateway.ask(ReadContent(document=document.id), who)
        assert (await office.gateway.ask(GetHomeDocuments(), who)).items == []
    with pytest.raises(NotFound):
        await office.notify.ask(ReadAttachment(agency=elsewhere.agency, document=document.id))
    with pytest.raises(SignInRequired):
        await office.gateway.ask(ReadContent(document=document.id))


async def test_a_read_only_session_sees_and_does_not_issue(office: Office) -> None:
    house = await office.household()
    document = await office.issue(house, on_the_road())
    staff = house.signed(read_only=True)
    assert (await office.gateway.ask(ReadContent(document=document.id), staff)).document == document
    assert (await office.gateway.ask(ListIdCards(), staff)).items[0].available
    with pytest.raises(ReadOnly):
        await office.gateway.ask(IssueIdCard(policy=office.book[0].policy, vehicle="v-1"), staff)
