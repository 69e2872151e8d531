"""The parts of a stack: what cannot be prepared is let go of, and the demo agency's system does not fall silent."""

import asyncio
import signal
from pathlib import Path

import asyncpg
import pytest

from ops.problem import Problem
from ops.stack import assembly
from ops.stack.assembly import Stack
from ops.stack.folder import DataFolder, opened
from ops.stack.ports import free_port


async def test_a_bus_that_cannot_be_prepared_leaves_its_port_to_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare, failing = Stack._prepare_streams, [Problem("The bus's streams cannot be prepared.")]

    async def fail_once(stack: Stack) -> None:
        if failing:
            raise failing.pop()
        await prepare(stack)

    monkeypatch.setattr(Stack, "_prepare_streams", fail_once)
    with opened(tmp_path / "data") as folder:
        stack = Stack(folder, free_port(), print, demo=False)
        with pytest.raises(Problem, match="cannot be prepared"):
            await stack._start_nats()
        child = await stack._start_nats()
        await child.stop(signal.SIGTERM, 15)


async def test_the_demo_agencys_system_goes_on_after_any_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    alive = asyncio.Event()
    failing = [asyncpg.ConnectionDoesNotExistError("lost"), TimeoutError()]

    async def fail_twice(_: DataFolder) -> None:
        if failing:
            raise failing.pop()
        alive.set()

    monkeypatch.setattr(assembly, "publish_heartbeat", fail_twice)
    monkeypatch.setattr(assembly, "HEARTBEAT", 0.6)
    with opened(tmp_path / "data") as folder:
        living = asyncio.create_task(Stack(folder, free_port(), said.append, demo=True).keep_demo_alive())
        await asyncio.wait_for(alive.wait(), 30)
        living.cancel()
    assert [line.rpartition(": ")[2] for line in said] == ["TimeoutError", "lost"]
