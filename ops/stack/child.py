"""A server process of the stack: in a session of its own, ended with whoever started it, its output in a file."""

import asyncio
import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1
STEP = 0.02  # seconds between looks at a process that starts or ends


class StartFailed(Exception):
    """A server ended or stayed silent instead of getting ready; the text has the end of its log."""


@dataclass
class Child:
    """A process that we started; `log` is the file with its output."""

    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.process.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self.process.poll() is None

    def send(self, number: signal.Signals) -> None:
        """Sends a signal; nothing happens when it has ended."""
        if self.running:
            self.process.send_signal(number)

    async def wait(self) -> int:
        """Returns its exit status once it has ended."""
        while (status := self.process.poll()) is None:  # noqa: ASYNC110 - the system raises no asyncio.Event
            await asyncio.sleep(STEP)
        return status

    async def stop(self, number: signal.Signals, patience: float) -> int:
        """Asks it to end with this signal, kills it after `patience` seconds; returns its exit status."""
        self.send(number)
        try:
            return await asyncio.wait_for(self.wait(), patience)
        except TimeoutError:
            self.send(signal.SIGKILL)
            return await self.wait()

    def last_lines(self, count: int = 12) -> str:
        """The end of its log."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])


def start_child(
    command: Sequence[str | Path],
    log: Path,
    *,
    ends_with: signal.Signals,
    user: pwd.struct_passwd | None = None,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Child:
    """Starts a process that does not hear the terminal's Ctrl-C.

    It gets the signal `ends_with` when the calling thread ends, however that happens (Linux): call it from the main
    thread. `user` is whom it runs as, if not as ourselves; `folder` where.
    """
    with os.fdopen(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=folder,
            start_new_session=True,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
            umask=0o077,
            # it runs after setuid, which forgets the death signal
            preexec_fn=_bound_to(os.getpid(), ends_with),  # noqa: PLW1509 - it makes two system calls, no lock
        )
    return Child(process, log)


def _bound_to(parent: int, number: signal.Signals) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def bind() -> None:
        prctl(PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:  # it ended before the call
            os._exit(1)

    return bind
