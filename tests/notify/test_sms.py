"""Texts reach the SMS provider, here the mailbox's stand-in or one that misbehaves, once."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kit.admin import WebServer
from ops.mailbox.folder import Folder
from ops.mailbox.web import create_app
from ops.stack.ports import free_port
from services.notify.outcomes import NotNow
from services.notify.sms import TextProvider

from .conftest import Notify

PHONE = "+15125550112"


@contextlib.asynccontextmanager
async def texting(notify: Notify, url: str, key: str = "key-of-the-tests") -> AsyncIterator[Notify]:
    """Notify with an SMS provider."""
    settings = notify.parts.settings.model_copy(
        update={"sms_url": url, "sms_account": "AC1", "sms_key": SecretStr(key), "sms_from": "+15125550100"}
    )
    texts = TextProvider(settings)
    notify.parts = replace(notify.parts, settings=settings, texts=texts)
    yield notify
    await texts.close()


@contextlib.asynccontextmanager
async def serving(app: Starlette) -> AsyncIterator[str]:
    """A web server on loopback."""
    port = free_port()
    web = WebServer(app, f"127.0.0.1:{port}")
    await web.start()
    yield f"http://127.0.0.1:{port}"
    await web.stop()


@contextlib.asynccontextmanager
async def provider(answer: Callable[[Request], Any]) -> AsyncIterator[str]:
    """A provider that answers as it is told."""
    path = "/2010-04-01/Accounts/AC1/Messages.json"
    async with serving(Starlette(routes=[Route(path, answer, methods=["POST"])])) as url:
        yield url


async def test_a_text_arrives_and_fills_in_by_itself(notify: Notify, tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    async with serving(create_app(folder, "key-of-the-tests")) as url, texting(notify, url):
        job = notify.code_job(channel="sms", to=PHONE)
        await notify.send_code(job)
        await notify.send_code(job)
        (text,) = folder.listed()
        assert text["to"] == PHONE
        assert text["text"].startswith("482913 is your identification code for Lakeside Insurance, valid until ")
        assert text["text"].endswith("\n@portal.example.com #482913")
        row = await notify.row(job.delivery)
        assert row["state"] == "sent"
        assert row["sent_to"] == "••• 12"
        assert row["provider_id"].startswith("SM")


async def test_the_provider_knows_a_repeat_by_the_delivery(notify: Notify, tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    async with serving(create_app(folder)) as url, texting(notify, url):
        job = notify.code_job(channel="sms", to=PHONE)
        await notify.send_code(job)
        await notify.logins.fetch("DELETE FROM deliveries WHERE id = $1", job.delivery)
        await notify.send_code(job)
        assert len(folder.listed()) == 1


async def test_a_number_that_is_none_is_not_tried(notify: Notify, tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    async with serving(create_app(folder)) as url, texting(notify, url):
        job = notify.code_job(channel="sms", to="+1512\r\n")
        await notify.send_code(job)
        assert await notify.state(job.delivery) == "failed"
        assert folder.listed() == []


async def test_without_a_provider_it_fails_at_once(notify: Notify) -> None:
    job = notify.code_job(channel="sms", to=PHONE)
    await notify.send_code(job)
    assert (await notify.row(job.delivery))["reason"] == "no SMS provider is set"


async def test_a_refusal_is_final_and_keeps_the_providers_number(notify: Notify) -> None:
    async def unsubscribed(_: Request) -> Response:
        return JSONResponse({"code": 21610, "message": f"{PHONE} said STOP"}, status_code=400)

    async with provider(unsubscribed) as url, texting(notify, url):
        job = notify.code_job(channel="sms", to=PHONE)
        await notify.send_code(job)
        row = await notify.row(job.delivery)
        assert (row["state"], row["reason"]) == ("failed", "the SMS provider answered 400 21610")


@pytest.mark.parametrize("status", [401, 429, 500, 503])
async def test_busy_or_down_is_put_off(notify: Notify, status: int) -> None:
    answers = [Response(status_code=status), JSONResponse({"sid": "SM1"}, status_code=201)]

    async def recovering(_: Request) -> Response:
        return answers.pop(0)

    async with provider(recovering) as url, texting(notify, url):
        job = notify.code_job(channel="sms", to=PHONE)
        with pytest.raises(NotNow):
            await notify.send_code(job)
        await notify.send_code(job)
        assert await notify.state(job.delivery) == "sent"


async def test_a_wrong_key_is_ours_to_mend(notify: Notify, tmp_path: Path) -> None:
    async with serving(create_app(Folder(tmp_path), "another")) as url, texting(notify, url):
        with pytest.raises(NotNow, match="401 20003"):
            await notify.send_code(notify.code_job(channel="sms", to=PHONE))


async def test_nobody_there_is_put_off(notify: Notify) -> None:
    async with texting(notify, f"http://127.0.0.1:{free_port()}"):
        job = notify.code_job(channel="sms", to=PHONE)
        with pytest.raises(NotNow, match="no connection"):
            await notify.send_code(job)
        assert await notify.state(job.delivery) == "queued"


async def test_no_answer_leaves_doubt_and_no_second_text(notify: Notify, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0

    async def gone(_: Request) -> Response:
        nonlocal asked
        asked += 1
        return Response(status_code=504)

    async with provider(gone) as url, texting(notify, url):
        job = notify.code_job(channel="sms", to=PHONE)
        await notify.send_code(job)
        await notify.send_code(job)
        assert (await notify.state(job.delivery), asked) == ("unknown", 1)


async def test_a_line_that_breaks_leaves_doubt(notify: Notify) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, texting(notify, f"http://127.0.0.1:{port}"):
        job = notify.code_job(channel="sms", to=PHONE)
        await notify.send_code(job)
        assert await notify.state(job.delivery) == "unknown"
