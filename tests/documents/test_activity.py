"""What insureds do with documents is left for identity, and no more of it than a person can read."""

import json
from typing import Any

import pytest
from nats.js.errors import NotFoundError

from contracts.documents.mailings import EmailDocument
from contracts.documents.vault import CHUNK, ListDocuments, ReadContent
from contracts.identity.activities import RecordActivity, What
from contracts.kinds import NotFound
from contracts.portal_events import DocumentViewed
from contracts.principal import Actor
from tests import stack

from .conftest import Office, on_the_road


async def recorded(office: Office) -> list[RecordActivity]:
    """The jobs that were left for identity, oldest first."""
    stream, found, sequence = office.ops.jetstream(), [], 1
    while True:
        try:
            message = await stream.get_msg("JOBS", seq=sequence, subject=RecordActivity.subject, next=True)
        except NotFoundError:
            return found
        found.append(RecordActivity.model_validate_json(message.data or b""))
        sequence = (message.seq or 0) + 1


async def what_is_recorded(office: Office, count: int) -> list[str]:
    """The acts once there are so many, and only if no further one comes."""

    async def counted() -> int:
        return len(await recorded(office))

    await stack.eventually(counted, count)
    await stack.eventually(lambda: office.logins.value("SELECT count(*) FROM outbox WHERE sent_at IS NULL"), 0)
    return [job.what.value for job in await recorded(office)]


async def test_a_card_that_is_made_opened_kept_and_mailed_is_recorded(office: Office) -> None:
    house = await office.household()
    document = await office.issue(house, on_the_road())
    who = house.signed()
    for _ in range(3):  # browsers fetch it again, and in pieces
        await office.gateway.ask(ReadContent(document=document.id), who)
        await office.gateway.ask(ReadContent(document=document.id, offset=CHUNK), who)
    await office.gateway.ask(ReadContent(document=document.id, download=True), who)
    await office.gateway.ask(EmailDocument(document=document.id), who)
    acts = await what_is_recorded(office, 4)
    # the relay sends what is due side by side
    assert sorted(acts) == ["document-downloaded", "document-emailed", "document-opened", "id-card-issued"]
    jobs = await recorded(office)
    assert {(job.agency, job.account) for job in jobs} == {(house.agency, house.account)}
    assert {job.facts["title"] for job in jobs} == {document.title}
    (to,) = [job.facts["to"] for job in jobs if job.what is What.DOCUMENT_EMAILED]
    assert "@" in to and "•" in to
    assert len({job.id for job in jobs}) == 4


async def test_the_agencys_system_hears_that_a_document_was_opened(office: Office) -> None:
    house = await office.household()
    document = await office.issue(house, on_the_road())
    await office.gateway.ask(ReadContent(document=document.id), house.signed())

    async def told() -> dict[str, Any]:
        try:
            message = await office.ops.jetstream().get_last_msg("PORTAL", f"portal.oakhill.{DocumentViewed.what}")
        except NotFoundError:
            return {}
        data: dict[str, Any] = json.loads(message.data or b"")["data"]
        return {name: value for name, value in data.items() if name != "at"}

    await stack.eventually(
        told, {"account": "a-1", "document": str(document.id), "kind": "id_card", "title": document.title}
    )


async def test_staff_who_look_leave_it_to_their_view(office: Office) -> None:
    house = await office.household()
    document = await office.issue(house, on_the_road())
    view = house.signed(read_only=True, act=Actor(id="7", name="Jamie Cruz"))
    await office.gateway.ask(ReadContent(document=document.id), view)
    assert await what_is_recorded(office, 1) == ["id-card-issued"]


async def test_a_document_of_somebody_else_is_neither_opened_nor_recorded(office: Office) -> None:
    house = await office.household()
    other = await office.household("riverside", ams_id="a-2")
    document = await office.issue(house, on_the_road())
    with pytest.raises(NotFound):
        await office.gateway.ask(ReadContent(document=document.id), other.signed())
    assert await what_is_recorded(office, 1) == ["id-card-issued"]
    assert (await office.gateway.ask(ListDocuments(), other.signed())).items == []


async def test_every_document_of_the_account_is_listed_in_pages(office: Office) -> None:
    house = await office.household()
    made = [(await office.issue(house, on_the_road(policy_number=f"P-{number}"))).id for number in range(3)]
    page = await office.gateway.ask(ListDocuments(limit=2), house.signed())
    rest = await office.gateway.ask(ListDocuments(limit=2, cursor=page.cursor), house.signed())
    assert [document.id for document in (*page.items, *rest.items)] == made[::-1]
    assert rest.cursor is None
