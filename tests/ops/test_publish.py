"""Publishing as an agency's system on a real bus: stored once, refused lines named, an outage waited for."""

import asyncio
import contextlib
import json
from pathlib import Path

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from contracts.streams import ams_durable
from ops.ams import publish
from ops.ams.lines import Addressed, check
from ops.ams.publish import Publisher, login_of, publish_file
from ops.ams.watch import watch
from ops.problem import Problem
from ops.stack.nats import NatsServer
from tests.stack import AMS_PASSWORD, cloud_event, connect


@pytest.fixture
def patient(ops_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty bus that may take its time: an acknowledgement that comes too late would be asked for twice."""
    monkeypatch.setattr(publish, "TIMEOUT", 60.0)


def accounts(count: int) -> list[bytes]:
    """Events of that many accounts, as lines."""
    return [cloud_event("account", f"pub-{n}", 1, {"name": f"Household {n}", "number": str(n)}) for n in range(count)]


async def test_everything_is_stored_under_the_id_by_which_a_repeat_is_known(
    nats_server: NatsServer, patient: None
) -> None:
    ops, system = await connect(nats_server), await connect(nats_server, "ams_oakhill")
    manager = ops.jsm()
    before = (await manager.stream_info("AMS")).state
    lines = accounts(700)
    publisher = Publisher(system)
    for number, line in enumerate(lines, 1):
        await publisher.publish(check("oakhill", line), number)
    await publisher.finish()
    after = (await manager.stream_info("AMS")).state
    assert publisher.published == after.last_seq - before.last_seq == 700
    last = await manager.get_last_msg("AMS", "ams.oakhill.account")
    assert last.data in lines
    assert (last.headers or {})["Nats-Msg-Id"] == check("oakhill", last.data).headers["Nats-Msg-Id"]
    await ops.close()
    await system.close()


async def test_a_line_with_the_id_of_another_is_stored_too_for_whoever_compares_them(
    nats_server: NatsServer, patient: None
) -> None:
    ops, system = await connect(nats_server), await connect(nats_server, "ams_oakhill")
    before = (await ops.jsm().stream_info("AMS")).state.last_seq
    publisher = Publisher(system)
    (line,) = accounts(1)
    for body in (line, line.replace(b'"sequence"', b'"sequence" '), line):
        await publisher.publish(check("oakhill", body))
    await publisher.finish()
    assert (await ops.jsm().stream_info("AMS")).state.last_seq - before == publisher.published == 3
    await ops.close()
    await system.close()


async def test_what_the_bus_refuses_for_good_is_named_by_its_line(nats_server: NatsServer) -> None:
    system = await connect(nats_server, "ams_oakhill")
    refused: list[tuple[int, str]] = []
    publisher = Publisher(system, lambda number, reason: refused.append((number, reason)))
    await publisher.publish(Addressed("ams.oakhill.account", b"x" * (257 << 10), {}), 4)
    await publisher.publish(Addressed("ams.oakhill.account", b"x" * (400 << 10), {}), 9)
    await publisher.finish()
    assert sorted(number for number, _ in refused) == [4, 9] and publisher.published == 0
    assert all(reason.startswith("bus: ") for _, reason in refused)
    await system.close()


async def test_watching_says_where_there_is_nothing_to_watch(
    nats_server: NatsServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ops = await connect(nats_server)
    with contextlib.suppress(NotFoundError):
        await ops.jsm().delete_consumer("PORTAL", ams_durable("oakhill"))
    await ops.close()
    for name, value in zip(("URL", "USER", "PASSWORD"), (nats_server.url, "ams_oakhill", AMS_PASSWORD), strict=True):
        monkeypatch.setenv(f"PORTICO_NATS_{name}", value)
    with pytest.raises(Problem, match="has no consumer 'ams-oakhill'"):
        await asyncio.wait_for(watch("oakhill", tmp_path), 60)


async def test_an_event_is_never_missing_without_a_word(
    nats_server: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the handler is closed")  # as the transport says it

    system = await connect(nats_server, "ams_oakhill")
    publisher = Publisher(system)
    with monkeypatch.context() as patch:
        patch.setattr(JetStreamContext, "publish", fail)
        await publisher.publish(check("oakhill", accounts(1)[0]))
        with pytest.raises(RuntimeError):
            await publisher.finish()
    assert publisher.published == 0
    await system.close()


async def test_a_subject_of_another_agency_is_never_stored(
    nats_server: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish, "PATIENCE", 0.1)
    monkeypatch.setattr(publish, "TIMEOUT", 0.3)
    system = await connect(nats_server, "ams_oakhill")
    publisher = Publisher(system)
    await publisher.publish(check("riverside", accounts(1)[0]))
    with pytest.raises(Problem, match="did not store"):
        await publisher.finish()
    await system.close()


def test_a_file_is_published_with_its_refused_lines_named(
    nats_server: NatsServer, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish, "TIMEOUT", 60.0)
    monkeypatch.setenv("PORTICO_NATS_URL", nats_server.url)
    monkeypatch.setenv("PORTICO_NATS_USER", "ams_oakhill")
    monkeypatch.setenv("PORTICO_NATS_PASSWORD", AMS_PASSWORD)
    good = cloud_event("account", "file-1", 1, {"name": "Holt", "number": "1"})
    bad = cloud_event("account", "file-2", 1, {"name": "Hart", "number": "2", "state": "Texas"})
    file = tmp_path / "events.ndjson"
    file.write_bytes(b"\n".join([good, b"", bad, b"{", good]) + b"\n")
    assert publish_file(str(file), "oakhill", tmp_path, checked=True) == 2
    said = capsys.readouterr()
    assert said.out == "published 2, refused 2\n"
    lines = sorted(said.err.splitlines())
    assert lines[0].startswith("line 3: schema /data/state: ") and lines[1].startswith("line 4: not_json: ")


def test_a_login_of_another_agency_is_refused(tmp_path: Path) -> None:
    login = {"PORTICO_NATS_URL": "nats://x", "PORTICO_NATS_USER": "ams_riverside", "PORTICO_NATS_PASSWORD": "secret"}
    (tmp_path / "ams-oakhill.env").write_text("".join(f"{name}={value}\n" for name, value in login.items()))
    with pytest.raises(Problem, match="may not publish for 'oakhill'"):
        login_of("oakhill", tmp_path)
    (tmp_path / "ams-riverside.env").write_text(json.dumps({}))
    (tmp_path / "ams-oakhill.env").rename(tmp_path / "ams-riverside.env")
    assert login_of("riverside", tmp_path) == tuple(login.values())
