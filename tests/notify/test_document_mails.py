"""A document arrives whole, unaltered and once; in doubt, twice under one Message-ID."""

import asyncio
from datetime import timedelta

import pytest

from contracts.kinds import Unavailable
from kit.ids import new_id
from services.notify import deliveries
from services.notify.outcomes import NotNow

from .conftest import Notify
from .mail_servers import Documents


async def test_a_document_arrives_byte_for_byte(notify: Notify) -> None:
    notify.documents = Documents(bytes(range(256)) * 50, piece=4000)
    job = notify.document_job(file_name="tarjeta-de-identificación.pdf", language="es")
    await notify.mail_document(job)
    (mail,) = notify.post.mails
    assert notify.documents.asked == 4
    assert mail["Subject"] == "ID card: 2021 Toyota Camry"
    assert mail["Message-ID"] == f"<{job.delivery.hex}@mail.example.com>"
    assert mail.get_content_type() == "multipart/mixed"
    (file,) = mail.iter_attachments()
    assert file.get_content_type() == "application/pdf"
    assert file.get_filename() == "tarjeta-de-identificación.pdf"
    assert file.get_payload(decode=True) == notify.documents.content
    assert "Pat Rivera le envía este documento" in str(mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert await notify.state(job.delivery) == "sent"


async def test_an_altered_document_is_not_sent(notify: Notify) -> None:
    job = notify.document_job(sha256="0" * 64)
    await notify.mail_document(job)
    row = await notify.row(job.delivery)
    assert (row["state"], "hash differs" in row["reason"]) == ("failed", True)
    assert notify.post.taken == []


async def test_a_document_that_is_gone_is_not_sent(notify: Notify) -> None:
    job = notify.document_job(document=new_id())
    await notify.mail_document(job)
    assert (await notify.row(job.delivery))["reason"] == "the document is gone"


async def test_a_document_that_ends_early_is_not_sent(notify: Notify) -> None:
    notify.documents.piece = 0
    job = notify.document_job()
    await notify.mail_document(job)
    assert (await notify.row(job.delivery))["reason"] == "the document ended early"


async def test_a_document_too_large_for_mail_servers_is_not_sent(
    notify: Notify, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.notify.attachments.LARGEST", 100)
    job = notify.document_job()
    await notify.mail_document(job)
    assert (await notify.state(job.delivery), notify.documents.asked) == ("failed", 1)


async def test_documents_being_away_puts_it_off(notify: Notify) -> None:
    notify.documents.refuses.append(Unavailable(retry_after=1))
    job = notify.document_job()
    with pytest.raises(NotNow, match="documents did not answer"):
        await notify.mail_document(job)
    await notify.mail_document(job)
    assert len(notify.post.taken) == 1


async def test_a_repeated_job_sends_once(notify: Notify) -> None:
    job = notify.document_job()
    await notify.mail_document(job)
    await notify.mail_document(job)
    assert len(notify.post.taken) == 1
    assert notify.documents.asked == 6


async def test_in_doubt_it_is_sent_once_more_under_the_same_message_id(notify: Notify) -> None:
    job = notify.document_job()
    notify.post.to_messages.extend(["drop", "drop"])
    with pytest.raises(NotNow):
        await notify.mail_document(job)
    assert await notify.state(job.delivery) == "unknown"
    await notify.mail_document(job)
    await notify.mail_document(job)
    assert await notify.state(job.delivery) == "unknown"
    assert len(notify.post.taken) == 2
    assert len({mail["Message-ID"] for mail in notify.post.mails}) == 1


async def test_in_doubt_and_then_taken_is_sent(notify: Notify) -> None:
    job = notify.document_job()
    notify.post.to_messages.append("drop")
    with pytest.raises(NotNow):
        await notify.mail_document(job)
    notify.post.to_recipients.append("451 later")  # certainly not sent: does not use up the second copy
    with pytest.raises(NotNow):
        await notify.mail_document(job)
    await notify.mail_document(job)
    row = await notify.row(job.delivery)
    assert (row["state"], row["resends"], row["attempt"]) == ("sent", 1, 3)


async def test_a_crash_after_the_servers_yes_sends_once_more(notify: Notify, monkeypatch: pytest.MonkeyPatch) -> None:
    async def die(*_: object) -> None:
        raise asyncio.CancelledError

    job = notify.document_job()
    with monkeypatch.context() as crashing:
        crashing.setattr(deliveries, "settle", die)
        for taken in (1, 2):
            with pytest.raises(asyncio.CancelledError):
                await notify.mail_document(job)
            assert len(notify.post.taken) == taken
            await notify.pass_time(job.delivery, deliveries.SENDING)
    await notify.mail_document(job)
    assert await notify.state(job.delivery) == "unknown"
    assert len(notify.post.taken) == 2


async def test_after_four_hours_it_is_given_up(notify: Notify) -> None:
    job = notify.document_job()
    notify.post.to_recipients.extend(["451 4.2.2 mailbox full"] * 2)
    with pytest.raises(NotNow):
        await notify.mail_document(job)
    await notify.pass_time(job.delivery, timedelta(hours=3, minutes=59))
    with pytest.raises(NotNow):
        await notify.mail_document(job)
    await notify.pass_time(job.delivery, timedelta(minutes=2))
    await notify.mail_document(job)
    row = await notify.row(job.delivery)
    assert (row["state"], row["reason"]) == ("failed", "451 4.2.2 mailbox full")


@pytest.mark.parametrize(
    "wrong",
    [
        {"to": "pat@example.com\r\nBcc: all@example.com"},
        {"sender_name": "Pat\r\nBcc: all@example.com"},
        {"title": "ID card\r\nBcc: all@example.com"},
        {"file_name": 'card.pdf"\r\nX-Evil: yes'},
        {"file_name": "../../card.pdf"},
        {"file_name": ""},
    ],
)
async def test_header_injection_is_refused(notify: Notify, wrong: dict[str, str]) -> None:
    job = notify.document_job(**wrong)
    await notify.mail_document(job)
    assert await notify.state(job.delivery) == "failed"
    assert notify.post.taken == []


async def test_a_strange_content_type_becomes_plain_bytes(notify: Notify) -> None:
    notify.documents = Documents(b"bytes", content_type="text/html\r\nX-Evil: yes")
    await notify.mail_document(notify.document_job())
    (file,) = notify.post.mails[0].iter_attachments()
    assert file.get_content_type() == "application/octet-stream"
    assert file["X-Evil"] is None


async def test_a_mistake_of_ours_leaves_it_for_later(notify: Notify, monkeypatch: pytest.MonkeyPatch) -> None:
    def mistaken(*_: object, **__: object) -> bytes:
        raise RuntimeError

    job = notify.document_job()
    with monkeypatch.context() as mistaking:
        mistaking.setattr("services.notify.mails.compose", mistaken)
        with pytest.raises(RuntimeError):  # the bus tries again, then puts it into quarantine
            await notify.mail_document(job)
    assert (await notify.row(job.delivery))["reason"] == "a mistake of ours: RuntimeError"
    await notify.mail_document(job)
    assert await notify.state(job.delivery) == "sent"
