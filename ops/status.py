"""How a running stack is: its processes, what waits on the bus, and what is in quarantine."""

import asyncio
from dataclasses import dataclass

from nats.js.errors import NotFoundError

from contracts.streams import consumers
from ops.problem import Problem
from ops.quarantine import list_caught
from ops.running import Running
from ops.stack.ready import answers


@dataclass(frozen=True)
class Status:
    """`processes` maps a name to its process id, address and whether it is ready; `waiting` a consumer to how many
    messages it has before it; `quarantined` counts what nobody has sent again yet.
    """

    processes: dict[str, tuple[int | None, str, bool]]
    waiting: dict[str, int]
    quarantined: int

    @property
    def ready(self) -> bool:
        """Whether every process is."""
        return all(ready for _, _, ready in self.processes.values())


async def look(running: Running) -> Status:
    """Asks every part of the stack."""
    names = list(running.processes)
    ready = await asyncio.gather(*(_is_ready(running, name) for name in names))
    processes = {
        name: (running.processes[name]["pid"], running.processes[name]["address"], is_ready)
        for name, is_ready in zip(names, ready, strict=True)
    }
    try:
        return Status(processes, await _waiting(running), len(await list_caught(running, limit=10_000)))
    except Problem:
        return Status(processes, {}, 0)


async def _is_ready(running: Running, name: str) -> bool:
    found = running.processes[name]
    if found["health"]:
        return await answers(found["address"], found["health"])
    host, _, port = found["address"].rpartition(":")
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(host, int(port)), 3)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


async def _waiting(running: Running) -> dict[str, int]:
    waiting: dict[str, int] = {}
    async with running.bus() as client:
        for consumer in consumers():
            try:
                found = await client.jsm().consumer_info(consumer.stream, consumer.durable)
            except NotFoundError:
                raise Problem(f"The consumer {consumer.durable} is missing: run `./portico migrate`.") from None
            if count := (found.num_pending or 0) + (found.num_ack_pending or 0):
                waiting[consumer.durable] = count
    return waiting
