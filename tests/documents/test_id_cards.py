"""ID cards, asked for over the bus: listed with reasons, made once, told, and only for their own household."""

import asyncio
import json
import threading
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from contracts.documents.id_cards import IdCardIssued, IdCardRefused, IssueIdCard, ListIdCards
from contracts.documents.vault import CHUNK, GetHomeDocuments, ReadAttachment, ReadContent
from contracts.identity.agencies import AgencyChanged
from contracts.identity.contacts import AccountsChanged
from contracts.kinds import NotFound, ReadOnly, SignInRequired, Unavailable
from contracts.principal import Limit
from kit.ids import new_id
from services.documents.id_cards import making
from services.documents.id_cards.drawing import draw_sheet
from services.documents.id_cards.text import CardText
from tests import stack

from .conftest import Household, Office, accounts_changed, on_the_road, policy_changed
from .facts import AGENCY

POOL = 4  # connections of the service under test


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
    assert (cards.items[0].vehicle_name, cards.items[0].vin_end) == ("2021 Honda Civic EX", "004352")


async def test_what_is_looked_for_and_the_page_of_it_are_policy_s(office: Office) -> None:
    house = await office.household()
    office.book, office.cursor = [on_the_road(), on_the_road()], "next"
    wanted = ListIdCards(policy=office.book[0].policy, q="civic", limit=7, cursor="before")
    found = await office.gateway.ask(wanted, house.signed())
    assert office.asked[-1].model_dump() == wanted.model_dump()
    assert ([one.policy for one in found.items], found.total, found.cursor) == ([wanted.policy], 1, "next")
    await office.issue(house, office.book[1])
    drawn = office.asked[-1]
    assert (drawn.policy, drawn.vehicle) == (office.book[1].policy, "v-1"), "one card needs one vehicle of a fleet"


async def test_from_old_data_each_vehicle_has_the_card_made_before_with_the_day_of_its_data(office: Office) -> None:
    house = await office.household()
    neighbour = await office.household(agency=house.agency, ams_id="a-2")
    first, other, changed, gone, foreign = (on_the_road() for _ in range(5))
    office.as_of = known = datetime(2026, 11, 3, 9, tzinfo=UTC)
    made = await office.issue(house, first)
    await office.issue(house, changed)
    newer = await office.issue(house, changed.model_copy(update={"policy_number": "QF-NEW"}))
    await office.issue(house, gone)
    await office.tell(policy_changed(house, gone, 2, deleted=True))
    await office.issue(neighbour, foreign)
    assert made.as_of == known
    office.as_of = confirmed = known + timedelta(days=7)
    assert (await office.issue(house, first)).as_of == confirmed, "the same facts were told again"
    office.book = [first, other, changed, gone, foreign]
    fresh = await office.gateway.ask(ListIdCards(), house.signed())
    assert {one.made for one in fresh.items} == {None}
    office.feed = "stale"
    for who in (house.signed(), house.signed(limit=Limit.ID_CARDS, amr=("device",))):
        old = await office.gateway.ask(ListIdCards(), who)
        assert [one.made and one.made.id for one in old.items] == [made.id, None, newer.id, None, None]
        assert old.items[0].made is not None and old.items[0].made.as_of == confirmed
        assert (await office.gateway.ask(ReadContent(document=made.id), who)).chunk


async def test_cards_that_are_being_drawn_hold_no_connection(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    house = await office.household()
    begun: list[CardText] = []
    go_on = threading.Event()

    def slowly(card: CardText) -> bytes:
        begun.append(card)
        assert go_on.wait(60)
        return draw_sheet(card)

    monkeypatch.setattr(making, "draw_sheet", slowly)
    office.book = [on_the_road() for _ in range(POOL + 1)]
    wanted = [IssueIdCard(policy=one.policy, vehicle=one.vehicle.id) for one in office.book]
    drawn = [asyncio.create_task(office.gateway.ask(one, house.signed(), deadline=90)) for one in wanted]
    try:
        await stack.eventually(lambda: len(begun), len(wanted))
        assert (await office.gateway.ask(GetHomeDocuments(), house.signed())).items == []
    finally:
        go_on.set()
        documents = await asyncio.gather(*drawn)
    assert len({document.id for document in documents}) == len(wanted)


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
    told = IdCardIssued.model_validate_json((await events.next_msg(timeout=30)).data)
    assert (told.agency, told.account, told.document) == (house.agency, house.account, document.id)
    message = await portal.next_msg(timeout=30)
    assert message.subject == "portal.oakhill.id-card.issued"
    event = json.loads(message.data)
    assert event["type"] == "portal.id-card.issued.v1"
    assert (event["data"]["account"], event["data"]["vehicle"]) == ("a-1", "v-1")
    assert (event["data"]["policy_number"], event["data"]["document"]) == (facts.policy_number, str(document.id))


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
