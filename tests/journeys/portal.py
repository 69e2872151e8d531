"""A stack as its user has it: started with `up`, looked at through its address, told to stop with Ctrl-C."""

import asyncio
import json
import os
import re
import shutil
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import psutil

from ops.stack.ports import free_port

ROOT = Path(__file__).parents[2]
READY_WITHIN = 120.0  # seconds, on a machine that is busy with other things
SERVICES = ("identity", "policy", "documents", "notify")
PROCESSES = ("gateway", *SERVICES)
Found = TypeVar("Found")


def _reachable_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="portico-journeys-"))
    folder.chmod(0o711)  # PostgreSQL's unprivileged user must get through to the data
    return folder


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str


@dataclass
class Portal:
    """A stack on a data folder of its own; `settings` are PORTICO_… of whoever starts it."""

    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    folder: Path = field(default_factory=_reachable_folder)
    up: asyncio.subprocess.Process | None = None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def printed(self) -> str:
        """What `up` has said so far, answers and remarks in one."""
        log = self.folder / "up.log"
        return log.read_text(errors="replace") if log.exists() else ""

    async def start(self) -> None:
        """Returns once `up` says that it is ready."""
        before = self.printed.count("\nready ") + self.printed.startswith("ready ")
        with (self.folder / "up.log").open("ab") as log:
            self.up = await asyncio.create_subprocess_exec(
                *_command("up", "--data", str(self.data), "--port", str(self.port)),
                cwd=ROOT,
                env=_environment() | {"PORTICO_PROXIES": "1"} | self.settings,  # so that callers have addresses
                stdout=log,
                stderr=log,
            )

        async def ready() -> bool:
            assert self.up is not None
            assert self.up.returncode is None, self.printed
            return len(re.findall(rf"(?m)^ready {self.url}/demo$", self.printed)) > before

        await until(ready, READY_WITHIN)

    async def stop(self) -> int:
        """Ctrl-C; returns the exit status."""
        assert self.up is not None
        if self.up.returncode is None:
            self.up.send_signal(signal.SIGINT)
        return await asyncio.wait_for(self.up.wait(), 90)

    async def run(self, *words: str, given: bytes = b"") -> Said:
        """Runs another command of `./portico` on the same data folder."""
        return await run(*words, "--data", str(self.data), given=given)

    def running(self) -> dict[str, dict[str, Any]]:
        """Every part of the stack with its process id, address and where it tells its health."""
        found: dict[str, dict[str, Any]] = json.loads((self.data / "runtime.json").read_text())["processes"]
        return found

    def signal(self, name: str, number: signal.Signals) -> int:
        """Sends a signal to a part of the stack, as a crash or an operator would; returns its process id."""
        pid: int = self.running()[name]["pid"]
        psutil.Process(pid).send_signal(number)
        return pid

    def login_of_system(self) -> dict[str, str]:
        """The settings with which the demo agency's own system connects."""
        lines = (self.data / "ams-demo.env").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)

    def remains(self) -> str:
        """The ends of all logs, for whoever has to find out what went wrong."""
        logs = [self.folder / "up.log", *sorted((self.data / "logs").glob("*.log"))]
        return "\n".join(f"--- {log.name}\n" + "\n".join(_last_lines(log)) for log in logs if log.exists())

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


async def run(*words: str, given: bytes = b"") -> Said:
    """Runs a command of `./portico` to its end."""
    process = await asyncio.create_subprocess_exec(
        *_command(*words),
        cwd=ROOT,
        env=_environment(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(given), READY_WITHIN)
    assert process.returncode is not None
    return Said(process.returncode, out.decode(), err.decode())


async def until(look: Callable[[], Awaitable[Found]], patience: float = 30.0, step: float = 0.05) -> Found:
    """What `look` returns as soon as it is anything; fails after `patience` seconds."""
    late = asyncio.get_running_loop().time() + patience
    while not (found := await look()):
        assert asyncio.get_running_loop().time() < late, f"nothing within {patience:.0f} s: {look.__qualname__}"
        await asyncio.sleep(step)
    return found


def _command(*words: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "ops", *words)


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PORTICO_")}


def _last_lines(log: Path) -> list[str]:
    lines = log.read_text(errors="replace").splitlines()
    loud = [line for line in lines if '"level": "info"' not in line]
    return [line[:400] for line in loud[-12:]]
