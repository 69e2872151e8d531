"""The development mailbox: what comes in by SMTP and HTTP is listed as the interface says, and outlives it."""

import asyncio
import contextlib
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import httpx
import pytest

from ops.mailbox import folder as folders
from ops.mailbox.folder import Folder
from ops.mailbox.messages import Caught, entry
from ops.stack.ports import free_ports

ROOT = Path(__file__).parents[2]
TEXTS = "/2010-04-01/Accounts/AC1/Messages.json"


class Mailbox:
    """A running `python -m ops.mailbox`."""

    def __init__(self, folder: Path, key: str = "") -> None:
        self.smtp, self.http = free_ports(2)
        self._environment = {
            **os.environ,
            "PORTICO_MAILBOX_SMTP": f"127.0.0.1:{self.smtp}",
            "PORTICO_MAILBOX_HTTP": f"127.0.0.1:{self.http}",
            "PORTICO_MAILBOX_FOLDER": str(folder),
            "PORTICO_MAILBOX_SMS_KEY": key,
        }
        self.web = httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.http}", trust_env=False, timeout=20)

    @contextlib.asynccontextmanager
    async def running(self, ends_with: signal.Signals = signal.SIGTERM) -> AsyncIterator["Mailbox"]:
        """Starts it, waits until it says that it is ready, and ends it."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "ops.mailbox"),
            cwd=ROOT,
            env=self._environment,
            stderr=asyncio.subprocess.PIPE,
        )
        assert process.stderr is not None
        line = await asyncio.wait_for(process.stderr.readline(), 20)
        assert line == b"mailbox: ready\n", line + await process.stderr.read()
        try:
            yield self
        finally:
            process.send_signal(ends_with)
            status = await asyncio.wait_for(process.wait(), 15)
        assert status == (0 if ends_with is signal.SIGTERM else -ends_with)

    async def send(self, mail: EmailMessage) -> None:
        """Hands a mail over by SMTP."""
        await aiosmtplib.send(mail, hostname="127.0.0.1", port=self.smtp)

    async def listed(self) -> list[dict[str, object]]:
        """What /mailbox.json lists."""
        answer = await self.web.get("/mailbox.json")
        assert answer.status_code == 200
        listed: list[dict[str, object]] = answer.json()
        return listed


def mail_with_card() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"] = "portal@mail.example.com", "pat.rivera@example.com"
    mail["Subject"] = "Tarjeta de identificación"
    mail.set_content("Hola, año nuevo\n")
    mail.add_alternative("<p>Hola, <b>año</b> nuevo</p>\n", subtype="html")
    mail.add_attachment(b"%PDF-1.7\x00\xff", maintype="application", subtype="pdf", filename="tarjeta año.pdf")
    return mail


async def test_mails_and_texts_are_listed_newest_first_as_the_interface_says(tmp_path: Path) -> None:
    async with Mailbox(tmp_path).running() as mailbox:
        await mailbox.send(mail_with_card())
        sent = await mailbox.web.post(TEXTS, data={"To": "+15125550112", "From": "+15125550100", "Body": "hello"})
        assert sent.status_code == 201
        text, mail = await mailbox.listed()
        names = ["id", "at", "kind", "to", "subject", "text", "html", "attachments"]
        assert list(text) == list(mail) == names
        assert (text["kind"], text["to"], text["text"], text["attachments"]) == ("sms", "+15125550112", "hello", [])
        assert (mail["kind"], mail["to"]) == ("email", "pat.rivera@example.com")
        assert mail["subject"] == "Tarjeta de identificación"
        assert mail["text"] == "Hola, año nuevo\n"
        assert mail["html"] == "<p>Hola, <b>año</b> nuevo</p>\n"
        assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", str(mail["at"]))
        assert mail["attachments"] == [
            {
                "name": "tarjeta año.pdf",
                "type": "application/pdf",
                "size": 10,
                "url": f"/dev/mailbox/{mail['id']}/attachments/0",
            }
        ]
        file = await mailbox.web.get(f"/{mail['id']}/attachments/0")
        assert file.content == b"%PDF-1.7\x00\xff"
        assert file.headers["content-type"] == "application/pdf"
        assert "sandbox" in file.headers["content-security-policy"]
        page = await mailbox.web.get(f"/{mail['id']}/body.html")
        assert page.text == mail["html"]
        assert "sandbox" in page.headers["content-security-policy"]


async def test_messages_outlive_a_crash_of_the_mailbox(tmp_path: Path) -> None:
    async with Mailbox(tmp_path).running(signal.SIGKILL) as mailbox:
        await mailbox.send(mail_with_card())
        before = await mailbox.listed()
    (tmp_path / "cut-off.json").write_text('{"kind": "em')
    async with Mailbox(tmp_path).running() as mailbox:
        assert await mailbox.listed() == before
        assert (await mailbox.web.get(f"/{before[0]['id']}/attachments/0")).status_code == 200
        assert (await mailbox.web.delete("/mailbox.json")).status_code == 204
        assert await mailbox.listed() == []
    async with Mailbox(tmp_path).running() as mailbox:
        assert await mailbox.listed() == []


async def test_texts_are_taken_as_the_provider_takes_them(tmp_path: Path) -> None:
    async with Mailbox(tmp_path, key="right").running() as mailbox:
        good = {"To": "+15125550112", "From": "+15125550100", "Body": "hello"}

        async def post(form: dict[str, str], key: str = "right", delivery: str = "") -> httpx.Response:
            headers = {"Idempotency-Key": delivery} if delivery else {}
            return await mailbox.web.post(TEXTS, data=form, auth=("AC1", key), headers=headers)

        refused = await post(good, key="wrong")
        assert (refused.status_code, refused.json()["code"]) == (401, 20003)
        assert (await mailbox.web.post(TEXTS, data=good)).status_code == 401
        for change, code in (({"To": "5550112"}, 21211), ({"From": ""}, 21603), ({"Body": ""}, 21602)):
            refused = await post({**good, **change})
            assert (refused.status_code, refused.json()["code"]) == (400, code)
        first, repeat, other = await post(good, delivery="a"), await post(good, delivery="a"), await post(good)
        assert first.status_code == repeat.status_code == 201
        assert first.json()["status"] == "queued"
        assert first.json()["sid"] == repeat.json()["sid"] != other.json()["sid"]
        assert len(await mailbox.listed()) == 2


async def test_what_is_not_there_is_404(tmp_path: Path) -> None:
    async with Mailbox(tmp_path).running() as mailbox:
        await mailbox.send(mail_with_card())
        ((message,),) = ([mail["id"] for mail in await mailbox.listed()],)
        for path in (f"/{message}/attachments/1", "/no/attachments/0", "/no/body.html", "/%2e%2e/body.html", "/x"):
            assert (await mailbox.web.get(path)).status_code == 404
        assert (await mailbox.web.get("/healthz")).text == "ok\n"


def test_only_the_newest_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "KEPT", 3)
    folder = Folder(tmp_path)
    for number in range(5):
        folder.keep("sms", "+15125550112", text=str(number))
    assert [entry["text"] for entry in folder.listed()] == ["4", "3", "2"]
    assert len(list(tmp_path.iterdir())) == 3
    monkeypatch.setattr(folders, "KEPT", 2)
    assert [entry["text"] for entry in Folder(tmp_path).listed()] == ["4", "3"]


async def test_it_says_what_is_missing_or_taken(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ops.mailbox"),
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("PORTICO_")},
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    assert process.returncode == 2
    assert b"PORTICO_MAILBOX_SMTP" in said
    assert b"PORTICO_MAILBOX_FOLDER" in said


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"", ""),
        (b"no header at all", ""),
        (b"Content-Type: text/plain; charset=no-such\r\n\r\nhello", "hello"),
        (b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n", ""),
        (b"Subject: =?utf-8?b?!!?=\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%", ""),
    ],
)
def test_a_mail_that_is_broken_is_listed_all_the_same(raw: bytes, text: str) -> None:
    shown = entry(Caught("id", 1, "2026-05-01T12:00:00.000Z", "email", "pat@example.com", raw=raw))
    assert shown["text"].strip() in (text, raw.decode().strip())
