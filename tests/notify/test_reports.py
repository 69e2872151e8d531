"""What staff learn of deliveries: how each ended and why, in a closed set of words; never a code, never an address."""

from datetime import timedelta

import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg

from contracts.identity.addressees import Addressee, GetAddressee
from contracts.kinds import NotAllowed, NotFound, SignInRequired
from contracts.notify import DeliveryReason, DeliveryReports, ListDeliveries, MailPortalLink, MailStaffSignInChange
from contracts.principal import Kind, Role, Scope
from kit.bus import Asker, wire
from kit.bus.connection import flush
from kit.ids import new_id
from ops.stack.nats import NatsServer
from services.notify import console_mails, handlers, reports
from services.notify.app import PROCESS
from services.notify.settings import NotifySettings
from tests import stack

from .conftest import Notify, settings_of


async def listed(notify: Notify, *contacts: object, limit: int = 10) -> DeliveryReports:
    async with notify.database.transaction(notify.agency) as transaction:
        return await reports.of_contacts(list(contacts), limit, transaction)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("recorded", "reason"),
    [
        ("550 5.1.1 no such user", "address_unknown"),
        ("550 unknown recipient", "address_unknown"),
        ("554 5.7.1 message looks like spam", "refused"),
        ("552 5.2.2 mailbox full", "mailbox_full"),
        ("452 4.2.2 over quota", "mailbox_full"),
        ("450 4.7.1 greylisted", "server_away"),
        ("no connection to the mail server: ConnectionRefusedError", "server_away"),
        ("not an e-mail address", "address_wrong"),
        ("not a phone number in E.164 form", "address_wrong"),
        ("the SMS provider answered 400 21211", "number_refused"),
        ("the SMS provider answered 429", "server_away"),
        ("the SMS provider answered 401 20003", "server_away"),
        ("no SMS provider is set", "texts_off"),
        ("the document is gone", "document_missing"),
        ("a mistake of ours: KeyError", "our_mistake"),
    ],
)
def test_what_a_server_said_becomes_one_of_a_few_words(recorded: str, reason: DeliveryReason) -> None:
    assert reports.reason_of("failed", recorded) == reason
    assert reports.reason_of("sent", recorded) is None


async def test_a_code_that_was_sent_refused_or_too_late(notify: Notify) -> None:
    contact = new_id()
    good = notify.code_job(contact=contact)
    await notify.send_code(good)
    bad = notify.code_job(contact=contact, to="pat rivera@example.com")
    await notify.send_code(bad)
    late = notify.code_job(contact=contact, expires_at=good.expires_at - timedelta(hours=1))
    await notify.send_code(late)
    await notify.send_code(notify.code_job(contact=new_id()))
    await notify.send_code(notify.code_job())
    found = (await listed(notify, contact)).items
    assert [(one.id, one.state, one.reason) for one in found] == [
        (late.delivery, "expired", "too_late"),
        (bad.delivery, "failed", "address_wrong"),
        (good.delivery, "sent", None),
    ]
    said = "".join(one.model_dump_json() for one in found)
    assert good.code not in said and "pat.rivera@example.com" not in said
    assert found[-1].sent_to == "p•••@e•••.com" and found[-1].settled_at is not None
    assert len((await listed(notify, contact, limit=1)).items) == 1


async def test_a_refusal_of_the_other_side_is_a_bounce(notify: Notify) -> None:
    job = notify.document_job(contact=new_id())
    await notify.mail_document(job)
    for state, recorded, expected in (
        ("failed", "550 5.1.1 no such user", ("bounced", "address_unknown")),
        ("queued", "421 try again later", ("queued", "server_away")),
        ("unknown", "the mail server left after the message", ("unknown", "unanswered")),
    ):
        update = "UPDATE deliveries SET state = $2, reason = $3 WHERE id = $1"
        await notify.logins.fetch(update, job.delivery, state, recorded)
        (one,) = (await listed(notify, job.contact)).items
        assert (one.state, one.reason) == expected


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("way", ["code", "google"])
async def test_the_portal_s_address_is_mailed_with_how_to_sign_in(notify: Notify, way: str, language: str) -> None:
    job = MailPortalLink(
        agency=notify.agency,
        delivery=new_id(),
        contact=new_id(),
        to="pat@gmail.com",
        name="Pat <b>",
        way=way,  # type: ignore[arg-type]
        language=language,  # type: ignore[arg-type]
    )
    await console_mails.send_portal_link(job, notify.call())
    (mail,) = notify.post.mails
    text, html = (str(mail.get_body((kind,)).get_content()) for kind in ("plain", "html"))  # type: ignore[union-attr]
    for body in (text, html):
        assert "https://portal.example.com/" in body and "pat@gmail.com" in body
        assert ("Google" in body) is (way == "google")
    assert "Pat &lt;b&gt;" in html
    (report,) = (await listed(notify, job.contact)).items
    assert (report.kind, report.state) == ("portal_link", "sent")


async def test_a_name_that_cannot_stand_in_a_mail_fails_its_link_for_good_and_nothing_is_tried_again(
    notify: Notify,
) -> None:
    facts = {"to": "pat@example.com", "name": "Pat\nBcc: all", "way": "code", "language": "en"}
    job = MailPortalLink.model_validate({"agency": notify.agency, "delivery": new_id(), "contact": new_id(), **facts})
    await console_mails.send_portal_link(job, notify.call())
    assert notify.post.mails == []
    assert (await notify.row(job.delivery))["state"] == "failed"


@pytest.mark.parametrize("change", ["passkey-added", "passkey-removed", "authenticator-set", "authenticator-removed"])
async def test_a_member_hears_of_each_change(notify: Notify, change: str) -> None:
    seen = set()
    for language in ("en", "es"):
        facts = {"to": "ana@oakhill.example", "name": "Ana", "change": change, "at": notify.code_job().expires_at}
        job = MailStaffSignInChange(agency=notify.agency, delivery=new_id(), language=language, **facts)
        await handlers.mail_staff_sign_in_change(job, notify.call())
        mail = notify.post.mails[-1]
        seen.add(str(mail["Subject"]))
        assert "Ana" in str(mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert len(seen) == 2


async def test_the_agency_asks_over_the_bus_and_identity_says_whom_the_contact_stands_for(
    notify: Notify, nats_server: NatsServer, ops_client: Client
) -> None:
    contact, twin = new_id(), new_id()
    await notify.send_code(notify.code_job(contact=twin))

    async def answer(message: Msg) -> None:
        if GetAddressee.model_validate_json(message.data).contact == contact:
            found = Addressee(id=contact, account=None, name="", email="", language="en", same=[contact, twin])
            await message.respond(found.model_dump_json().encode())
        else:
            headers, body = wire.refusal_reply(NotFound())
            await ops_client.publish(message.reply, body, headers=headers)

    await ops_client.subscribe(GetAddressee.subject, cb=answer)
    await flush(ops_client)
    settings = settings_of(notify.logins, notify.post.port)
    place = stack.settings_for(nats_server, notify.logins)
    settings = settings.model_copy(update={"nats_url": place.nats_url, "nats_password": place.nats_password})
    gateway = await stack.connect(nats_server, "gateway")
    asker, wanted = Asker(gateway), ListDeliveries(contact=contact)
    async with stack.running(handlers.service, settings, PROCESS.open_parts, NotifySettings):

        def by(kind: Kind, **facts: object) -> str:
            return stack.signed(notify.agency, kind=kind, sub=new_id(), **facts)  # type: ignore[arg-type]

        staff = by(Kind.STAFF, role=Role.CSR)
        assert len((await asker.ask(wanted, staff)).items) == 1
        assert len((await asker.ask(wanted, by(Kind.SYSTEM, scopes=(Scope.AGENCY_ADMIN,)))).items) == 1
        elsewhere = stack.signed(new_id(), kind=Kind.STAFF, role=Role.ADMIN, sub=new_id())
        assert (await asker.ask(wanted, elsewhere)).items == [], "the database keeps agencies apart by itself"
        with pytest.raises(NotFound):
            await asker.ask(ListDeliveries(contact=new_id()), staff)
        with pytest.raises(NotAllowed):
            await asker.ask(wanted, by(Kind.SYSTEM, scopes=(Scope.IMPERSONATE,)))
        with pytest.raises(SignInRequired):
            await asker.ask(wanted, by(Kind.CONTACT))
    await gateway.close()
