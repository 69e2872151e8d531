"""What a running stack spends: processor time of each of its processes, and statements that its databases are sent."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import psutil

from ops.running import Running
from ops.stack.places import with_login
from ops.stack.postgres import SUPERUSER

OWN = "this measurement"
STATEMENT = re.compile(rb"^\S+ \S+ \S+ \[\d+\] (\w+)@portico_\w+ LOG:  (?:statement|execute [^:]*):", re.MULTILINE)
COUNTED = {"log_statement": "'all'", "log_parameter_max_length": "0"}  # what people type is not written down
WRITTEN = 0.5  # seconds until the server has heard of a changed setting


def processor_seconds(stack: Running) -> dict[str, float]:
    """Seconds of processor time by process so far, those of its children with it."""
    spent = {OWN: _seconds(psutil.Process())}
    for name, found in stack.processes.items():
        process = psutil.Process(found["pid"])
        # a connection's process that has ended meanwhile counts with its parent
        spent[name] = _seconds(process) + sum(_seconds(child) for child in process.children(recursive=True))
    return spent


@asynccontextmanager
async def counted_statements(stack: Running) -> AsyncIterator[Counter[str]]:
    """Fills the counter, when the block ends, with the statements that each login has sent meanwhile."""
    log: Path = stack.folder.path / "postgres" / "postgres.log"
    counted: Counter[str] = Counter()
    await _set(stack, COUNTED)
    try:
        began = _size(log)
        yield counted
        await asyncio.sleep(WRITTEN)
        counted.update(_logins(log, began))
    finally:
        await _set(stack, dict.fromkeys(COUNTED, "DEFAULT"))


async def _set(stack: Running, settings: Mapping[str, str]) -> None:
    dsn = with_login(stack.places.database_url, SUPERUSER, stack.secrets.derive("postgres"), "postgres")
    server = await asyncpg.connect(dsn, ssl=False)
    try:
        for name, value in settings.items():
            await server.execute(f"ALTER SYSTEM SET {name} = {value}")
        await server.execute("SELECT pg_reload_conf()")
    finally:
        await server.close()
    await asyncio.sleep(WRITTEN)


def _size(log: Path) -> int:
    return log.stat().st_size


def _logins(log: Path, began: int) -> list[str]:
    """Who sent the statements that the log has after its first so many bytes."""
    with log.open("rb") as file:
        file.seek(began)
        return [found.decode() for found in STATEMENT.findall(file.read())]


def _seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)
