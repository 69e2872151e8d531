"""An agency and its systems from the command line, on a stack that runs on all the while."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from .portal import Portal, Said, run, until

pytestmark = [pytest.mark.stack]
EVENT = {
    "specversion": "1.0",
    "id": "birch-1",
    "source": "/birch-ams",
    "type": "ams.account.upserted.v1",
    "subject": "B-1",
    "sequence": "1",
    "data": {"name": "Larkspur household", "number": "1", "state": "TX"},
}


@pytest_asyncio.fixture(scope="module")
async def portal() -> AsyncIterator[Portal]:
    """A stack of its own: agencies are added to it, and the last one closes the mailbox to everybody."""
    started = Portal()
    await started.start()
    yield started
    assert await started.stop() == 0, started.remains()
    started.remove()


async def portico(portal: Portal, *words: str, given: bytes = b"") -> Said:
    """Runs a command on the stack's folder."""
    return await run(*words, "--data", str(portal.data), given=given)


async def mailbox_status(portal: Portal) -> int:
    """What the mailbox's page answers."""
    async with httpx.AsyncClient(base_url=portal.url, timeout=20) as client:
        return (await client.get("/dev/mailbox")).status_code


async def token(portal: Portal, client_id: str, secret: str) -> httpx.Response:
    """What the token's address answers."""
    async with httpx.AsyncClient(base_url=portal.url, timeout=20) as client:
        form = {"grant_type": "client_credentials"}
        return await client.post("/oauth/token", data=form, auth=(client_id, secret))


def credentials(said: Said) -> tuple[str, str]:
    """The client id and secret that a command has printed."""
    assert said.status == 0, said
    lines = dict(line.split("=", 1) for line in said.out.splitlines())
    return lines["PORTICO_CLIENT_ID"], lines["PORTICO_CLIENT_SECRET"]


async def test_a_new_agencys_system_publishes_without_any_restart(portal: Portal, tmp_path: Path) -> None:
    processes = {name: found["pid"] for name, found in portal.running().items()}
    fields = ("--name", "Birch & Sons", "--phone", "555-0100", "--email", "office@birch.example")
    added = await portico(portal, "agency", "add", "birch", *fields, "--time-zone", "America/Denver", "--demo")
    assert added.status == 0 and str(portal.data / "ams-birch.env") in added.out, added
    assert f"arrive at {portal.url}/dev/mailbox." in added.out and await mailbox_status(portal) == 200
    published = await portico(portal, "ams", "publish", "-", "--agency", "birch", given=json.dumps(EVENT).encode())
    assert (published.status, published.out) == (0, "published 1, refused 0\n")
    foreign = await portico(portal, "ams", "publish", "-", "--agency", "demo2", given=b"{}")
    assert foreign.status == 2 and "no login" in foreign.err
    assert {name: found["pid"] for name, found in portal.running().items()} == processes

    made = await portico(portal, "system", "add", "birch", "crm", "--scope", "impersonate", "--scope", "agency:admin")
    client_id, secret = credentials(made)
    assert client_id == "crm_birch" and "not shown again" in made.err
    assert (await token(portal, client_id, secret)).json()["scope"] == "impersonate agency:admin"
    listed = await portico(portal, "system", "list", "birch")
    assert [line.split()[0] for line in listed.out.splitlines()] == ["ams_birch", "crm_birch"]
    assert secret not in listed.out

    _, fresh = credentials(await portico(portal, "system", "rotate", "birch", "crm"))
    assert [(await token(portal, client_id, one)).status_code for one in (secret, fresh)] == [200, 200]
    _, newest = credentials(await portico(portal, "system", "rotate", "birch", "crm", "--at-once"))
    assert [(await token(portal, client_id, one)).status_code for one in (secret, fresh, newest)] == [401, 401, 200]
    assert (await portico(portal, "system", "end", "birch", "crm")).status == 0
    assert (await token(portal, client_id, newest)).status_code == 401
    rotated = await portico(portal, "system", "rotate", "birch", "ams")  # its login lies in a file, which is renewed
    assert rotated.status == 0 and "SECRET" not in rotated.out
    again = await portico(portal, "ams", "publish", "-", "--agency", "birch", given=json.dumps(EVENT).encode())
    assert again.status == 0


async def test_what_cannot_be_done_is_one_sentence(portal: Portal) -> None:
    for words, sentence in (
        (("agency", "set", "nowhere", "--name", "X"), "no agency 'nowhere'"),
        (("agency", "set", "demo", "--time-zone", "Mars/Base"), "--time-zone: There is no time zone"),
        (("agency", "set", "demo", "--brand-color", "red"), "--brand-color:"),
        (("agency", "set", "demo", "--passkeys", "perhaps"), "--passkeys:"),
        (("agency", "set", "demo", "--languages", "es"), "--default-language:"),
        (("system", "list", "nowhere"), "no agency 'nowhere'"),
        (("system", "add", "demo", "ams", "--scope", "impersonate"), "has a system with this name already"),
        (("system", "add", "demo", "A B", "--scope", "impersonate"), "name:"),
        (("system", "end", "demo", "nothing"), "no such system"),
        (("keys", "rotate"), "stop it first"),
    ):
        said = await portico(portal, *words)
        assert said.status == 2 and sentence in said.err and said.out == "", said
        assert said.err.count("\n") == 1


async def test_every_setting_can_be_changed_from_the_command_line(portal: Portal) -> None:
    fields = ("--name", "Alder House", "--phone", "555-0101", "--email", "office@alder.example")
    added = await portico(portal, "agency", "add", "alder", *fields)
    assert added.status == 0 and await mailbox_status(portal) == 404
    assert f"{portal.url}/dev/mailbox shows nothing, since alder is not" in added.out
    record = ("--street", "1 Alder Row", "--city", "Boise", "--state", "ID", "--postal-code", "83702", "--hours", "9-5")
    look = ("--website", "https://alder.example", "--brand-color", "#224466", "--time-zone", "America/Boise")
    words = ("--languages", "en,es", "--default-language", "es", "--portal-closed")
    ways = ("--disclosure", "neutral", "--gmail", "google-or-code", "--google-accounts", "verified")
    more = ("--passkeys", "off", "--no-passwords", "--no-remembered-devices")
    changed = await portico(portal, "agency", "set", "alder", *record, *look, *words, *ways, *more)
    assert changed.status == 0 and "its portal is closed" in changed.out, changed
    listed = await portico(portal, "agency", "list")
    assert "office@alder.example  (closed)" in listed.out
    async with httpx.AsyncClient(base_url=portal.url, timeout=20) as client:
        closed = await client.get("/alder/sign-in")
        assert closed.status_code == 403 and "Este portal está cerrado" in closed.text
        assert (await portico(portal, "agency", "set", "alder", "--portal-open")).status == 0

        async def opened() -> str:  # the gateway remembers what was, until it hears of the change
            page = await client.get("/alder/sign-in")
            return page.text if page.status_code == 200 else ""

        page = await until(opened)
    assert "Alder House" in page and "#224466" in page
