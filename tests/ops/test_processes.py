"""Keeping programs running: started again when they end, with a word to the person at the terminal."""

import asyncio
import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import nats.errors
import psutil
import pytest

from ops.problem import Problem
from ops.stack import processes
from ops.stack.child import Child, StartFailed, start_child
from ops.stack.ports import free_port
from ops.stack.processes import Keeper, Program
from ops.stack.ready import wait_ready

SLEEPS = "import time; time.sleep(60)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits that a test has time for."""
    monkeypatch.setattr(processes, "FIRST_WAIT", 0.05)
    monkeypatch.setattr(processes, "LOOK", 0.02)


def python(code: str, folder: Path) -> Child:
    """A child that runs this code."""
    return start_child([sys.executable, "-c", code], folder / "child.log", ends_with=signal.SIGKILL)


def program(code: str, folder: Path, patience: float = 10) -> Program:
    """A program that runs this code."""

    async def start() -> Child:
        return python(code, folder)

    return Program("sleeper", start, patience=patience)


async def until(true: Callable[[], bool]) -> None:
    """Returns once it is true, fails after half a minute."""
    async with asyncio.timeout(30):
        while not true():
            await asyncio.sleep(0.02)


async def test_a_killed_program_is_started_again_and_that_is_said(tmp_path: Path) -> None:
    said: list[str] = []
    starts: list[int] = []
    keeper = Keeper(program(SLEEPS, tmp_path), said.append, lambda: starts.append(1))
    await keeper.start()
    first = keeper.child
    assert first is not None
    keeper.keep()
    first.process.kill()
    await until(lambda: len(starts) == 2)
    second = keeper.child
    assert second is not None and second.pid != first.pid
    assert said == [f"sleeper was ended by SIGKILL: starting it again in 0.05 s (log: {first.log})"]
    await keeper.stop()
    assert not psutil.pid_exists(second.pid) and len(starts) == 2


async def test_waits_grow_while_a_program_keeps_ending(tmp_path: Path) -> None:
    said: list[str] = []
    keeper = Keeper(program("raise SystemExit(3)", tmp_path), said.append)
    await keeper.start()
    keeper.keep()
    await until(lambda: len(said) >= 3)
    await keeper.stop()
    assert [re.findall(r"in (\S+) s", line)[-1] for line in said[:3]] == ["0.05", "0.1", "0.2"]
    assert said[0].startswith("sleeper ended with exit status 3")


@pytest.mark.parametrize(
    ("problem", "line"),
    [
        (StartFailed("the server kept silent\nand its log"), "server: the server kept silent"),
        (TimeoutError(), "server: TimeoutError"),  # a connection to it, which says no more
        (nats.errors.NoRespondersError(), "server: nats: no responders available for request"),
        (Problem("The bus's streams cannot be prepared."), "server: The bus's streams cannot be prepared."),
    ],
    ids=lambda one: type(one).__name__,
)
async def test_a_start_that_fails_is_tried_again(tmp_path: Path, problem: Exception, line: str) -> None:
    attempts: list[int] = []
    said: list[str] = []

    async def start() -> Child:
        attempts.append(1)
        if len(attempts) == 2:
            raise problem
        return python(SLEEPS, tmp_path)

    keeper = Keeper(Program("server", start), said.append)
    await keeper.start()
    keeper.keep()
    assert keeper.child is not None
    keeper.child.process.kill()
    await until(lambda: len(attempts) >= 3 and keeper.child is not None)
    await keeper.stop()
    assert line in said


async def test_a_program_that_does_not_stop_in_time_is_killed_and_that_is_said(tmp_path: Path) -> None:
    said: list[str] = []
    keeper = Keeper(program(DEAF, tmp_path, patience=0.2), said.append)
    await keeper.start()
    await until(lambda: "deaf" in (tmp_path / "child.log").read_text())
    await keeper.stop()
    assert keeper.child is None
    assert said == ["sleeper did not stop within 0 s and was killed"]


async def test_a_process_that_cannot_start_is_told_with_the_end_of_its_log(tmp_path: Path) -> None:
    code = "import sys; sys.exit('identity: PORTICO_CODE_KEY: Field required')"
    keeper = Keeper(program(code, tmp_path), print)
    await keeper.start()
    with pytest.raises(Problem, match=r"ended with exit status 1 at its start: .*PORTICO_CODE_KEY: Field required"):
        await wait_ready(keeper, f"127.0.0.1:{free_port()}")
