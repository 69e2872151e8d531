"""/dev/mailbox: there on a demo stack, and nowhere else."""

import contextlib
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import pytest_asyncio

from kit.admin import WebServer
from ops.mailbox.folder import Folder
from ops.mailbox.web import create_app
from ops.stack.ports import free_port

from .conftest import OpenGateway
from .services import PDF, World

PATHS = ("/dev/mailbox", "/dev/mailbox.json")


@pytest_asyncio.fixture
async def mailbox(tmp_path: Path) -> AsyncIterator[str]:
    """A mailbox with one mail; its address."""
    folder = Folder(tmp_path)
    mail = EmailMessage()
    mail["Subject"] = "Your ID card <b>"
    mail.set_content("Here it is.")
    mail.add_alternative("<p>Here it is.</p>", subtype="html")
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="card.pdf")
    folder.keep("email", "pat.rivera@example.com", raw=mail.as_bytes())
    listen = f"127.0.0.1:{free_port()}"
    server = WebServer(create_app(folder), listen)
    await server.start()
    yield f"http://{listen}"
    await server.stop()


async def test_mails_and_their_files_are_shown(open_gateway: OpenGateway, world: World, mailbox: str) -> None:
    _only_demos(world)
    async with open_gateway(mailbox_url=mailbox) as gateway, gateway.browser() as visitor:
        page = await visitor.get("/dev/mailbox")
        assert "Your ID card &lt;b&gt;" in page.text
        (mail,) = (await visitor.get("/dev/mailbox.json")).json()
        assert (mail["kind"], mail["to"], mail["subject"]) == ("email", "pat.rivera@example.com", "Your ID card <b>")
        file = await visitor.get(mail["attachments"][0]["url"])
        assert file.content == PDF
        assert file.headers["content-type"] == "application/pdf"
        assert file.headers["content-security-policy"].startswith("sandbox")
        html = await visitor.get(f"/dev/mailbox/{mail['id']}/body.html")
        assert "<p>Here it is.</p>" in html.text
        assert html.headers["content-security-policy"].startswith("sandbox")
        assert (await visitor.get(mail["attachments"][0]["url"] + "9")).status_code == 404


async def test_nothing_is_shown_where_an_agency_is_real(open_gateway: OpenGateway, world: World, mailbox: str) -> None:
    demos = {slug: agency.model_copy(update={"demo": True}) for slug, agency in world.agencies.items()}
    world.agencies = {**demos, "demo": demos["demo"].model_copy(update={"demo": False})}
    await _shows_nothing(open_gateway, mailbox_url=mailbox)


async def test_nothing_is_shown_to_other_machines(open_gateway: OpenGateway, world: World, mailbox: str) -> None:
    _only_demos(world)
    await _shows_nothing(open_gateway, mailbox_url=mailbox, listen="0.0.0.0:8080")


async def test_nothing_is_shown_where_there_is_none(open_gateway: OpenGateway, world: World) -> None:
    _only_demos(world)
    await _shows_nothing(open_gateway)


async def test_mailbox_that_is_away_is_said_so(open_gateway: OpenGateway, world: World) -> None:
    _only_demos(world)
    async with open_gateway(mailbox_url=f"http://127.0.0.1:{free_port()}") as gateway, gateway.browser() as visitor:
        answer = await visitor.get("/dev/mailbox.json")
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


def _only_demos(world: World) -> None:
    for slug, agency in world.agencies.items():
        world.agencies[slug] = agency.model_copy(update={"demo": True})


async def _shows_nothing(open_gateway: OpenGateway, **settings: str) -> None:
    async with contextlib.AsyncExitStack() as opened:
        gateway = await opened.enter_async_context(open_gateway(**settings))
        visitor = await opened.enter_async_context(gateway.browser())
        for path in PATHS:
            assert (await visitor.get(path)).status_code == 404
