"""Whether the parts of a stack are ready: asked over HTTP, and waited for while they start."""

import asyncio
from pathlib import Path

from ops.problem import Problem
from ops.stack.processes import Keeper, describe_end

READY_WITHIN = 60.0  # seconds
LOOK = 0.03  # seconds between looks


async def answers(address: str, path: str = "/readyz") -> bool:
    """Whether GET `path` at host:port is answered with 200."""
    host, _, port = address.rpartition(":")
    writer = None
    try:
        async with asyncio.timeout(4):
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(f"GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n".encode())
            status = await reader.readline()
    except (OSError, TimeoutError):
        return False
    finally:
        if writer is not None:
            writer.close()
    return status.split()[1:2] == [b"200"]


async def wait_ready(keeper: Keeper, address: str, path: str = "/readyz") -> None:
    """Returns once the program answers; raises Problem with the end of its log when it ends or stays silent.

    One that has ended already is started once more: perhaps it came before the servers were prepared.
    """
    name = keeper.program.name
    loop = asyncio.get_running_loop()
    late = loop.time() + READY_WITHIN
    child = keeper.child
    if child is None:
        await keeper.start()
        child = keeper.child
    while not await answers(address, path):
        if child is not None and not child.running:
            how = describe_end(child.process.returncode)
            raise Problem(f"{name} {how} at its start: {_last_line(child.log)} (log: {child.log})")
        if loop.time() > late:
            raise Problem(f"{name} was not ready within {READY_WITHIN:.0f} s{_reason(keeper)}.")
        await asyncio.sleep(LOOK)


def _reason(keeper: Keeper) -> str:
    log = keeper.child.log if keeper.child is not None else None
    return f": {_last_line(log)} (log: {log})" if log is not None else ""


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return lines[-1][:400] if lines else "it said nothing"
