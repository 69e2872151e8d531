"""A second `up`: it continues where the first one stopped, or says in a sentence why it cannot start."""

from pathlib import Path

import httpx
import pytest

from ops.stack.ports import free_port

from .front_end import FrontEnd
from .mailbox import Mailbox
from .portal import Portal, Said, run
from .secrets_seen import SecretsSeen

pytestmark = [pytest.mark.stack]


def the_sentence(said: Said) -> str:
    """The one sentence of a command that could not start."""
    assert said.status == 2, said
    assert said.out == ""
    (line,) = said.err.splitlines()
    return line


async def test_second_up_continues_with_the_same_data(spare_portal: Portal) -> None:
    async with httpx.AsyncClient(base_url=spare_portal.url, timeout=20) as client:
        token = await FrontEnd(client, Mailbox(client), SecretsSeen()).sign_in("silas.hartigan@example.com")
        client.headers["cookie"] = f"sid={token}"
        before = (await client.get("/api/v1/policies", params={"status": "all"})).json()
        letters = (await client.get("/dev/mailbox.json")).json()

    assert await spare_portal.stop() == 0
    assert not (spare_portal.data / "runtime.json").exists()
    stopped = await run("status", "--data", str(spare_portal.data))
    assert "Portico does not run on" in the_sentence(stopped)
    await spare_portal.start()

    async with httpx.AsyncClient(base_url=spare_portal.url, headers={"cookie": f"sid={token}"}, timeout=20) as client:
        assert (await client.get("/demo/")).status_code == 200  # the session outlives the stack
        after = (await client.get("/api/v1/policies", params={"status": "all"})).json()
        assert after["items"] == before["items"]
        assert (await client.get("/dev/mailbox.json")).json() == letters
    assert spare_portal.printed.count("publishing the demo agency's book") == 1
    assert "\nstopping\n" in spare_portal.printed


async def test_second_up_on_the_same_folder_is_refused(spare_portal: Portal) -> None:
    said = await run("up", "--data", str(spare_portal.data), "--port", str(free_port()))
    sentence = the_sentence(said)
    assert sentence.startswith(f"Portico runs on {spare_portal.data} already")
    assert "--data" in sentence
    async with httpx.AsyncClient(base_url=spare_portal.url, timeout=20) as client:
        assert (await client.get("/readyz")).status_code == 200


async def test_port_in_use_is_named(spare_portal: Portal, tmp_path: Path) -> None:
    said = await run("up", "--data", str(tmp_path / "data"), "--port", str(spare_portal.port))
    sentence = the_sentence(said)
    assert f":{spare_portal.port}" in sentence
    assert "choose another port with --port" in sentence


async def test_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    where = tmp_path / "file" / "data"
    sentence = the_sentence(await run("up", "--data", str(where), "--port", str(free_port())))
    assert sentence.startswith(f"The data folder {where} cannot be written")


async def test_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters").write_text("dear all")
    sentence = the_sentence(await run("up", "--data", str(tmp_path), "--port", str(free_port())))
    assert "is not empty and not a data folder of Portico" in sentence
    assert [path.name for path in tmp_path.iterdir()] == ["letters"]


async def test_command_without_the_login_of_an_agencys_system_says_where_it_would_be(tmp_path: Path) -> None:
    sentence = the_sentence(await run("ams", "publish", "no-such-file", "--data", str(tmp_path)))
    assert "ams-demo.env" in sentence
