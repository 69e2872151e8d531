"""E-mailing a document: the job for notify, the address, and how often a person may."""

import asyncio

import pytest

from contracts.documents.mailings import EmailDocument, MailLimit
from contracts.identity.contacts import AccountChoice, Me, Person
from contracts.kinds import BadRequest, NotFound, ReadOnly
from contracts.notify import MailDocument
from kit.ids import new_id
from services.documents.vault import mailings

from .conftest import Office, on_the_road


def me(email: str | None = "pat.rivera@example.com") -> Me:
    person = Person(id=new_id(), name="Pat Rivera", role="primary", email=email, mobile=None)
    account = AccountChoice(id=new_id(), name="Rivera household", number="1001")
    return Me(contact=person, account=account, accounts=1, language="en", read_only=False)


async def test_without_an_address_it_goes_to_who_is_signed_in(office: Office) -> None:
    house = await office.household()
    document = await office.issue(house, on_the_road())
    jobs = await office.ops.jetstream().subscribe(MailDocument.subject)
    sent = await office.gateway.ask(EmailDocument(document=document.id), house.signed())
    assert sent.sent_to == "p•••@e•••.com"
    job = MailDocument.model_validate_json((await jobs.next_msg(timeout=30)).data)
    assert (job.agency, job.document, job.to) == (house.agency, document.id, "pat.rivera@example.com")
    assert (job.sender_name, job.language) == ("Pat Rivera", "es")
    assert (job.title, job.file_name, job.sha256) == (document.title, document.file_name, document.sha256)
    (row,) = await office.logins.fetch("SELECT * FROM mailings")
    assert (row["id"], row["contact"], row["account"]) == (job.delivery, house.contact, house.account)
    assert row["sent_to"] == "p•••@e•••.com"


async def test_it_goes_where_the_person_says(office: Office) -> None:
    house = await office.household()
    document = await office.issue(house, on_the_road())
    jobs = await office.ops.jetstream().subscribe(MailDocument.subject)
    request = EmailDocument(document=document.id, to=" officer@county.example ")
    assert (await office.gateway.ask(request, house.signed())).sent_to == "o•••@c•••.example"
    assert MailDocument.model_validate_json((await jobs.next_msg(timeout=30)).data).to == "officer@county.example"


async def test_twenty_a_day_for_each_person_however_fast_they_press(office: Office) -> None:
    house = await office.household()
    document = await office.issue(house, on_the_road())
    request = EmailDocument(document=document.id)
    answers = await asyncio.gather(
        *(office.gateway.ask(request, house.signed()) for _ in range(25)), return_exceptions=True
    )
    limits = [answer for answer in answers if isinstance(answer, MailLimit)]
    assert len(limits) == 5
    assert len([answer for answer in answers if not isinstance(answer, BaseException)]) == 20
    assert all(86_000 < limit.facts["retry_after"] <= 86_400 for limit in limits)
    other = house.signed(sub=new_id())
    assert await office.gateway.ask(request, other)
    await office.logins.fetch("UPDATE mailings SET left_at = left_at - interval '1 day'")
    assert await office.gateway.ask(request, house.signed())


async def test_nobody_mails_what_is_not_theirs(office: Office) -> None:
    house = await office.household()
    neighbour = await office.household(agency=house.agency, ams_id="a-2")
    document = await office.issue(house, on_the_road())
    with pytest.raises(NotFound):
        await office.gateway.ask(EmailDocument(document=document.id), neighbour.signed())
    with pytest.raises(ReadOnly):
        await office.gateway.ask(EmailDocument(document=document.id), house.signed(read_only=True))
    assert await office.logins.value("SELECT count(*) FROM mailings") == 0


@pytest.mark.parametrize(
    "to",
    [
        "nobody",
        "two@example.com, three@example.com",
        "two@example.com;three@example.com",
        "Pat <pat@example.com>",
        "pat@example.com\nBcc: x@example.com",
        "pat@example",
        "pat@@example.com",
        "@example.com",
        "pat\x00@example.com",
        "pat\u202e@example.com",
    ],
)
def test_what_is_not_one_address_is_refused(to: str) -> None:
    with pytest.raises(BadRequest) as refused:
        mailings.recipient(to, me())
    assert refused.value.facts["pointer"] == "/to"


def test_without_any_address_there_is_nowhere_to_send() -> None:
    with pytest.raises(BadRequest):
        mailings.recipient("", me(None))
    assert mailings.recipient("señora@correo.example", me(None)) == "señora@correo.example"
