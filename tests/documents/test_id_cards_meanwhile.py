"""ID cards whose facts change while they are drawn, and two presses of the button at once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from contracts.documents.id_cards import IdCardRefused, IssueIdCard
from contracts.documents.vault import Document, GetHomeDocuments, ReadContent
from contracts.identity.agencies import AgencyChanged
from contracts.kinds import NotFound, Unavailable
from kit.database import Transaction
from services.documents.id_cards import making
from services.documents.id_cards.drawing import draw_sheet
from services.documents.id_cards.text import CardText
from services.documents.vault import drafts
from tests import stack
from tests.locking import WAITING

from .conftest import Household, Office, accounts_changed, on_the_road
from .facts import AGENCY

Change = Callable[[], Awaitable[Any]]


class Pen:
    """Draws the cards, and after each of the first drawings has one change made, before the card can be kept."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.changes: list[Change] = []
        self.drawn: list[CardText] = []
        self._loop = asyncio.get_running_loop()
        monkeypatch.setattr(making, "draw_sheet", self._draw)

    def _draw(self, card: CardText) -> bytes:
        self.drawn.append(card)
        content = draw_sheet(card)
        if self.changes:
            asyncio.run_coroutine_threadsafe(self._make(self.changes.pop(0)), self._loop).result(30)
        return content

    async def _make(self, change: Change) -> None:
        await change()


@pytest.fixture
async def pen(monkeypatch: pytest.MonkeyPatch) -> Pen:
    return Pen(monkeypatch)


async def kept(office: Office) -> int:
    return int(await office.logins.value("SELECT count(*) FROM documents"))


def number(office: Office, text: str) -> Change:
    """The policy gets another number."""

    async def change() -> None:
        office.book = [office.book[0].model_copy(update={"policy_number": text})]

    return change


async def test_what_changed_while_a_card_was_drawn_is_on_the_card_that_is_kept(office: Office, pen: Pen) -> None:
    house = await office.household()
    pen.changes = [number(office, "QF-NEW")]
    card = await office.issue(house, on_the_road())
    assert [one.policy_number for one in pen.drawn] == ["QF-4471-20931", "QF-NEW"]
    assert (await kept(office), card.current) == (1, True)
    read = await office.gateway.ask(ReadContent(document=card.id), house.signed())
    assert read.chunk == draw_sheet(pen.drawn[-1])


async def test_a_moved_household_and_a_new_agency_phone_reach_the_card_that_is_being_drawn(
    office: Office, pen: Pen
) -> None:
    house = await office.household()
    details = AGENCY.model_copy(update={"slug": house.slug, "phone": "(512) 555-0199"})
    pen.changes = [
        lambda: office.tell(accounts_changed(house, version=2, street="9 New Street")),
        lambda: office.tell(AgencyChanged(agency=house.agency, version=2, details=details)),
    ]
    await office.issue(house, on_the_road())
    assert await kept(office) == 1
    last = pen.drawn[-1]
    assert (len(pen.drawn), last.address[0], last.agency_phone) == (3, "9 New Street", "(512) 555-0199")


async def test_what_makes_a_card_impossible_meanwhile_refuses_it(office: Office, pen: Pen) -> None:
    house = await office.household()
    facts = on_the_road()

    async def cancelled() -> None:
        office.book = [facts.model_copy(update={"in_force": False})]

    async def removed() -> None:
        office.book = []

    async def silent() -> None:
        office.book, office.feed = [facts], "stale"

    pen.changes = [cancelled]
    with pytest.raises(IdCardRefused) as refused:
        await office.issue(house, facts)
    assert refused.value.facts == {"reason": "not_in_force"}
    office.book, pen.changes = [facts], [removed]
    with pytest.raises(NotFound):
        await office.issue(house, facts)
    office.book, pen.changes = [facts], [silent]
    with pytest.raises(IdCardRefused) as refused:
        await office.issue(house, facts)
    assert refused.value.facts == {"reason": "stale_data"}
    assert await kept(office) == 0


async def test_a_card_from_older_facts_does_not_take_the_place_of_a_newer_one(office: Office, pen: Pen) -> None:
    house = await office.household()
    newer: list[Document] = []

    async def issued_anew() -> None:
        await number(office, "QF-NEW")()
        newer.append(await office.issue(house, office.book[0]))

    pen.changes = [issued_anew]
    card = await office.issue(house, on_the_road())
    assert ([one.id for one in newer], await kept(office)) == ([card.id], 1)
    assert (await office.gateway.ask(GetHomeDocuments(), house.signed())).items[0].current


async def test_a_card_that_was_there_is_not_handed_out_for_facts_that_changed_back_and_forth(
    office: Office, pen: Pen
) -> None:
    house = await office.household()
    facts = on_the_road()
    old = await office.issue(house, facts)
    await number(office, "QF-NEW")()
    pen.changes = [number(office, facts.policy_number)]
    card = await office.issue(house, office.book[0])
    assert (card.id, card.current, await kept(office)) == (old.id, True, 1)


async def test_facts_that_change_each_time_are_given_up_after_some_turns(office: Office, pen: Pen) -> None:
    house = await office.household()
    pen.changes = [number(office, f"QF-{turn}") for turn in range(making.TURNS + 5)]
    with pytest.raises(Unavailable):
        await office.issue(house, on_the_road())
    assert (len(pen.drawn), await kept(office)) == (making.TURNS, 0)


async def presses(office: Office, house: Household, times: int) -> list[Document]:
    """As many presses of the button at once."""
    facts = office.book[0]
    request = IssueIdCard(policy=facts.policy, vehicle=facts.vehicle.id)
    asked = [office.gateway.ask(request, house.signed(), deadline=30) for _ in range(times)]
    return await asyncio.gather(*asked)


async def test_presses_at_once_are_one_card_that_is_told_once(office: Office) -> None:
    house = await office.household()
    office.book = [on_the_road()]
    documents = await presses(office, house, 12)  # more than connections
    assert len({document.id for document in documents}) == 1
    assert await kept(office) == 1
    assert await office.logins.value("SELECT count(*) FROM outbox WHERE subject LIKE 'event.%'") == 1
    assert await office.logins.value("SELECT count(*) FROM outbox WHERE subject LIKE 'portal.%'") == 1


async def test_one_press_waits_while_another_is_kept(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    house = await office.household()
    office.book = [on_the_road()]
    keep, inside, seen = drafts.keep, 0, ""

    async def other() -> str:
        """Where the other press is: in here too, or waiting for its turn; nowhere yet."""
        if inside > 1:
            return "keeping too"
        return "waiting" if await office.logins.value(WAITING) else ""

    async def keep_once_the_other_is_seen(draft: drafts.Draft, content: bytes, tx: Transaction) -> UUID:
        nonlocal inside, seen
        inside += 1
        seen = await stack.eventually(other)
        return await keep(draft, content, tx)

    monkeypatch.setattr(drafts, "keep", keep_once_the_other_is_seen)
    first, second = await presses(office, house, 2)
    assert (seen, first.id == second.id, await kept(office)) == ("waiting", True, 1)
