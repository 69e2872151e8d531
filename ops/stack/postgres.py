"""The PostgreSQL server of the stack: its first set-up, its start and its end."""

import asyncio
import contextlib
import os
import pwd
import re
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import asyncpg
import psutil

from .child import STEP, Child, StartFailed, start_child
from .ports import LOOPBACK, require_free
from .programs import Programs, find_programs, reachable, unprivileged

SUPERUSER = "postgres"
READY_WITHIN = 60.0  # seconds; after a crash the log of the last minutes is replayed first
ENDING_WITHIN = 15.0  # seconds for a server that is still ending
CONNECTIONS = 200
SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": str(CONNECTIONS),
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "log_parameter_max_length_on_error": "0",  # values are people's data
}
MIB = 2**20
BUFFERS = (128, 2048)  # MiB at least and at most
NOT_DURABLE = {"fsync": "off", "full_page_writes": "off"}


@dataclass
class PostgresServer:
    """A running server; `folder` is where its data really lies."""

    child: Child
    folder: Path
    port: int
    password: str

    @property
    def pid(self) -> int:
        """The postmaster's process id."""
        return self.child.pid

    def dsn(self, database: str = "postgres", user: str = SUPERUSER, password: str | None = None) -> str:
        """The address of a database for a login; the superuser's unless named."""
        secret = quote(self.password if password is None else password, safe="")
        return f"postgresql://{quote(user)}:{secret}@{LOOPBACK}:{self.port}/{database}"

    async def stop(self) -> None:
        """Ends it in order: open transactions are rolled back, everything is written (a fast shutdown)."""
        await self.child.stop(signal.SIGINT, 30)

    async def kill(self) -> None:
        """Ends the postmaster as a crash would, and returns when its children are gone too."""
        children = psutil.Process(self.pid).children(recursive=True) if self.child.running else []
        await self.child.stop(signal.SIGKILL, 5)
        _, alive = await asyncio.to_thread(psutil.wait_procs, children, 10)
        for child in alive:
            child.kill()
        await asyncio.to_thread(psutil.wait_procs, alive, 5)

    async def wait_ready(self) -> None:
        """Returns once it takes our login; raises StartFailed."""
        for _ in range(int(READY_WITHIN / STEP)):
            if not self.child.running:
                raise StartFailed(f"PostgreSQL ended at its start:\n{self.child.last_lines()}")
            try:
                connection = await asyncpg.connect(self.dsn(), timeout=5, ssl=False)
            except asyncpg.InvalidPasswordError:
                await self.stop()
                raise StartFailed(f"the data in {self.folder} was set up with another password") from None
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
                await asyncio.sleep(STEP)
            else:
                await connection.close()
                return
        await self.kill()
        raise StartFailed(f"PostgreSQL was not ready within {READY_WITHIN:.0f} s:\n{self.child.last_lines()}")


async def start_postgres(folder: Path, port: int, password: str, *, durable: bool = True) -> PostgresServer:
    """Starts the server on loopback with its data in `folder`, set up at the first start; returns once it is ready.

    `password` is the superuser's. As root it runs as an unprivileged user, to whom the folder is given; where that
    user cannot reach it, the data lies below /var/lib/portico. Without `durable` (tests) a power cut may take
    everything. Raises PortTaken, or StartFailed with the end of the server's log.
    """
    require_free(port, "PostgreSQL")
    user = unprivileged()
    programs = await asyncio.to_thread(find_programs, user)
    folder = reachable(folder, user)
    data = folder / "data"
    if not (data / "PG_VERSION").exists():
        await asyncio.to_thread(_set_up, programs, data, password, user, durable)
    _require_version(programs, data)
    await _forget_dead_postmaster(data)
    memory = {"shared_buffers": f"{_buffers(psutil.virtual_memory().total)}MB"}
    settings = {**SETTINGS, "port": str(port), **(memory if durable else NOT_DURABLE)}
    command: list[str | Path] = [programs.folder / "postgres", "-D", data]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    log = folder / "postgres.log"
    server = PostgresServer(
        # SIGINT is a fast shutdown: nothing has to be recovered when the supervisor was killed
        start_child(command, log, ends_with=signal.SIGINT, user=user, environment=_environment(), folder=folder),
        folder,
        port,
        password,
    )
    await server.wait_ready()
    return server


def _buffers(memory: int) -> int:
    """MiB that the server keeps of its tables, on a machine with so many bytes: changes all over a large book read it.

    A sixteenth, since every process of the stack is on that machine too; the server touches only what it uses.
    """
    least, most = BUFFERS
    return min(most, max(least, memory // 16 // MIB))


def _set_up(programs: Programs, data: Path, password: str, user: pwd.struct_passwd | None, durable: bool) -> None:
    with tempfile.NamedTemporaryFile("w", dir=data.parent) as file:
        file.write(password)
        file.flush()
        if user:
            os.chown(file.name, user.pw_uid, user.pw_gid)
        command: list[str | Path] = [programs.folder / "initdb", "--pgdata", data, "--username", SUPERUSER]
        command += ["--pwfile", file.name, "--auth", "scram-sha-256", "--encoding", "UTF8", "--data-checksums"]
        # by code point, whatever the machine has: an index must not depend on the libc under it
        builtin = ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"] if programs.version >= 17 else []
        command += ["--locale", "C", *builtin, *([] if durable else ["--no-sync"])]
        ids = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": ()} if user else {}
        done = subprocess.run(  # type: ignore[call-overload]
            command, check=False, capture_output=True, text=True, env=_environment(), cwd=data.parent, **ids
        )
    if done.returncode != 0:
        raise StartFailed(why_not_made(done.stdout + done.stderr))


def _require_version(programs: Programs, data: Path) -> None:
    made_with = (data / "PG_VERSION").read_text().strip()
    if made_with != str(programs.version):
        raise StartFailed(
            f"the data in {data} is PostgreSQL {made_with}'s and {programs.folder} is {programs.version}:"
            " dump it with the old version and restore it with the new one"
        )


async def _forget_dead_postmaster(data: Path) -> None:
    """Removes the pid file of a killed server, whose number may be another process's by now.

    A server that is still ending gets a moment; raises StartFailed when one really runs on this data.
    """
    file = data / "postmaster.pid"
    for _ in range(int(ENDING_WITHIN / STEP)):
        if not file.exists():
            return
        first = file.read_text().split("\n", 1)[0].strip()
        if not first.isdigit() or not _is_postmaster(int(first), data):
            file.unlink(missing_ok=True)
            return
        await asyncio.sleep(STEP)
    raise StartFailed(f"another PostgreSQL (process {first}) runs on {data}")


def _is_postmaster(pid: int, data: Path) -> bool:
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        if process.status() != psutil.STATUS_ZOMBIE:
            return str(data) in process.cmdline()
    return False


def _environment() -> dict[str, str]:
    # PG* variables of whoever starts us are about another server
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def why_not_made(said: str) -> str:
    """The reason in what initdb said; all of it where it gives none."""
    fatal = re.search(r"FATAL:\s*(.+)", said)
    return f"PostgreSQL cannot make its files: {fatal[1]}." if fatal else f"initdb failed:\n{said}"
