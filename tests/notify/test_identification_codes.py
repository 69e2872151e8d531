"""A code goes out once, while it is good, and never comes to rest."""

import asyncio
import logging
import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import pytest

from kit.ids import new_id
from services.notify import deliveries, smtp
from services.notify.outcomes import NotNow
from services.notify.smtp import MailServer

from .conftest import MAIL_FROM, Notify


async def test_a_code_arrives_in_the_agencys_name(notify: Notify) -> None:
    job = notify.code_job()
    await notify.send_code(job)
    (mail,) = notify.post.mails
    assert mail["From"] == f"Lakeside Insurance <{MAIL_FROM}>"
    assert mail["Reply-To"] == "Lakeside Insurance <service@lakeside.example.com>"
    assert mail["To"] == "pat.rivera@example.com"
    assert mail["Message-ID"] == f"<{job.delivery.hex}@mail.example.com>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "en"
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert all("482913" in part.get_content() for part in mail.iter_parts())
    assert "482913" not in mail["Subject"]
    assert all(byte < 128 for byte in notify.post.taken[0]), "for servers without 8BITMIME"
    row = await notify.row(job.delivery)
    assert row["state"] == "sent"
    assert row["sent_to"] == "p•••@e•••.com"
    assert row["provider_id"] == "250 2.0.0 queued as 4711"


async def test_a_spanish_code_is_spanish(notify: Notify) -> None:
    await notify.hear_agency(name="Seguros Peña", slug="pena")
    await notify.send_code(notify.code_job(language="es", name="Sofía Núñez"))
    (mail,) = notify.post.mails
    assert str(mail["Subject"]).startswith("Código de identificación, válido hasta: ")
    assert "Hola Sofía Núñez:" in str(mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]


async def test_a_repeated_job_sends_once(notify: Notify) -> None:
    job = notify.code_job()
    await notify.send_code(job)
    await notify.send_code(job)
    assert len(notify.post.taken) == 1


async def test_two_at_once_send_once(notify: Notify) -> None:
    job = notify.code_job()
    done = await asyncio.gather(*(notify.send_code(job) for _ in range(4)), return_exceptions=True)
    assert len(notify.post.taken) == 1
    assert {type(outcome) for outcome in done} <= {type(None), NotNow}
    await notify.send_code(job)
    assert await notify.state(job.delivery) == "sent"


async def test_an_expired_code_is_dropped(notify: Notify) -> None:
    job = notify.code_job(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    await notify.send_code(job)
    assert notify.post.taken == []
    assert notify.post.recipients == []
    assert await notify.state(job.delivery) == "expired"


async def test_a_code_that_expires_while_the_server_dithers_is_dropped(notify: Notify) -> None:
    job = notify.code_job()
    notify.post.to_recipients.append("451 4.7.1 greylisted")
    with pytest.raises(NotNow):
        await notify.send_code(job)
    assert (await notify.row(job.delivery))["reason"] == "451 4.7.1 greylisted"
    await notify.pass_time(job.delivery, timedelta(minutes=10))
    await notify.send_code(job)
    row = await notify.row(job.delivery)
    assert (row["state"], row["reason"], row["attempt"]) == ("expired", "451 4.7.1 greylisted", 1)
    assert notify.post.taken == []


async def test_a_code_that_expires_between_claim_and_hand_over_is_not_sent(
    notify: Notify, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = notify.code_job()
    taking = MailServer._take

    class Later(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return job.expires_at

    async def slow(server: MailServer, sender: str, recipient: str) -> object:
        connection = await taking(server, sender, recipient)
        monkeypatch.setattr(deliveries, "datetime", Later)
        return connection

    monkeypatch.setattr(MailServer, "_take", slow)
    with pytest.raises(NotNow, match="its time is over"):
        await notify.send_code(job)
    await notify.pass_time(job.delivery, timedelta(minutes=11))
    await notify.send_code(job)
    assert notify.post.taken == []
    assert await notify.state(job.delivery) == "expired"


async def test_a_temporary_refusal_is_tried_again(notify: Notify) -> None:
    job = notify.code_job()
    notify.post.to_messages.append("451 4.3.0 try again")
    with pytest.raises(NotNow):
        await notify.send_code(job)
    assert await notify.state(job.delivery) == "queued"
    await notify.send_code(job)
    assert len(notify.post.taken) == 1
    row = await notify.row(job.delivery)
    assert (row["state"], row["attempt"], row["reason"]) == ("sent", 2, "")


async def test_a_permanent_refusal_is_not_tried_again(notify: Notify) -> None:
    job = notify.code_job()
    notify.post.to_recipients.append("550 5.1.1 <pat.rivera@example.com> unknown")
    await notify.send_code(job)
    await notify.send_code(job)
    row = await notify.row(job.delivery)
    assert (row["state"], row["reason"], row["attempt"]) == ("failed", "550 5.1.1 <p•••@e•••.com> unknown", 1)
    assert notify.post.taken == []


async def test_a_code_in_doubt_is_not_sent_again(notify: Notify) -> None:
    job = notify.code_job()
    notify.post.to_messages.append("drop")
    await notify.send_code(job)
    assert await notify.state(job.delivery) == "unknown"
    await notify.send_code(job)
    assert len(notify.post.taken) == 1


async def test_a_crash_after_the_servers_yes_does_not_send_again(
    notify: Notify, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = notify.code_job()
    await crash_before_it_is_noted(notify.send_code(job), monkeypatch)
    assert len(notify.post.taken) == 1
    assert await notify.state(job.delivery) == "sending"
    with pytest.raises(NotNow, match="another attempt"):  # it might still be at work elsewhere
        await notify.send_code(job)
    await notify.pass_time(job.delivery, deliveries.AT_ONCE)
    await notify.send_code(job)
    assert await notify.state(job.delivery) == "unknown"
    assert len(notify.post.taken) == 1


async def test_a_crash_with_a_code_in_hand_sends_it_no_more(notify: Notify, monkeypatch: pytest.MonkeyPatch) -> None:
    job = notify.code_job()

    async def die(*_: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as crashing:
        crashing.setattr(MailServer, "_take", die)
        with pytest.raises(asyncio.CancelledError):
            await notify.send_code(job)
    assert await notify.state(job.delivery) == "sending"
    with pytest.raises(NotNow, match="another attempt"):
        await notify.send_code(job)
    await notify.pass_time(job.delivery, deliveries.AT_ONCE)
    await notify.send_code(job)
    assert len(notify.post.taken) == 0
    assert await notify.state(job.delivery) == "unknown"


async def test_a_silent_server_leaves_doubt(notify: Notify, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "TAKEN_WITHIN", 0.2)
    job = notify.code_job()
    notify.post.to_messages.append("hang")
    await notify.send_code(job)
    assert await notify.state(job.delivery) == "unknown"


@pytest.mark.parametrize(
    "wrong",
    [
        {"to": "pat@example.com\r\nBcc: all@example.com"},
        {"to": "pat@example.com\nRCPT TO:<all@example.com>"},
        {"name": "Pat\r\nBcc: all@example.com"},
        {"to": "nobody"},
    ],
)
async def test_header_injection_is_refused(notify: Notify, wrong: dict[str, str]) -> None:
    job = notify.code_job(**wrong)
    await notify.send_code(job)
    assert await notify.state(job.delivery) == "failed"
    assert notify.post.taken == []
    assert notify.post.recipients == []


async def test_an_agency_with_a_line_break_in_its_name_sends_no_header_of_its_own(notify: Notify) -> None:
    notify.agency = new_id()
    await notify.hear_agency(name="Lakeside\r\nBcc: all@example.com")
    job = notify.code_job()
    await notify.send_code(job)
    assert await notify.state(job.delivery) == "failed"
    assert notify.post.taken == []


async def test_a_code_waits_for_its_agencys_record(notify: Notify) -> None:
    notify.agency = new_id()
    job = notify.code_job()
    with pytest.raises(NotNow):
        await notify.send_code(job)
    await notify.hear_agency()
    await notify.send_code(job)
    assert await notify.state(job.delivery) == "sent"


async def test_a_mistake_of_ours_puts_no_code_into_quarantine(
    notify: Notify, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    job = notify.code_job()

    def mistaken(*_: object, **__: object) -> bytes:
        raise RuntimeError(job.code, job.to)

    monkeypatch.setattr("services.notify.identification_codes.compose", mistaken)
    await notify.send_code(job)  # raising would end in quarantine, body and all
    assert (await notify.row(job.delivery))["reason"] == "a mistake of ours: RuntimeError"
    assert await notify.state(job.delivery) == "failed"
    assert "given up" in caplog.text
    assert "482913" not in everything(caplog)
    assert "pat.rivera" not in everything(caplog)


async def test_no_code_and_no_address_in_tables_or_logs(notify: Notify, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="services.notify")
    notify.post.to_recipients.append("550 no pat.rivera@example.com here, 482913")
    await notify.send_code(notify.code_job())
    notify.post.to_recipients.append("451 pat.rivera@example.com later, 482913")
    with pytest.raises(NotNow) as off:
        await notify.send_code(notify.code_job())
    await notify.send_code(notify.code_job())
    assert "482913" not in str(off.value)
    for table in ("deliveries", "outbox", "inbox", "quarantine"):
        for row in await notify.logins.fetch(f"SELECT t::text FROM {table} t"):
            assert "482913" not in without_fractions(row[0])
            assert "pat.rivera" not in row[0]
    assert "p•••@e•••.com" in everything(caplog)
    assert "482913" not in everything(caplog)
    assert "pat.rivera" not in everything(caplog)


async def test_another_agency_sees_no_delivery(notify: Notify) -> None:
    job = notify.code_job()
    await notify.send_code(job)
    async with notify.database.transaction(new_id()) as transaction:
        assert await transaction.driver.fetchval("SELECT count(*) FROM deliveries") == 0
    async with notify.database.transaction(notify.agency) as transaction:
        assert await transaction.driver.fetchval("SELECT count(*) FROM deliveries") == 1


def everything(caplog: pytest.LogCaptureFixture) -> str:
    """Every word of every log record, whatever the format; not its times, in which any six digits may stand."""
    times = ("created", "msecs", "relativeCreated")
    said = [{name: value for name, value in vars(record).items() if name not in times} for record in caplog.records]
    return " ".join(f"{facts} {facts['exc_text'] or ''}" for facts in said)


def without_fractions(row: str) -> str:
    """A row as text without the fractions of seconds: six digits, as a code has."""
    return re.sub(r"(:\d\d)\.\d{1,6}", r"\1", row)


async def crash_before_it_is_noted(sending: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs a sending that ends, as with the process, between the server's yes and our note of it."""

    async def die(*_: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as crashing:
        crashing.setattr(deliveries, "settle", die)
        with pytest.raises(asyncio.CancelledError):
            await sending  # type: ignore[misc]
