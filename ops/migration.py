"""`./portico migrate`: databases and streams of a running stack, or of the real servers that the environment names."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from nats.aio.client import Client

from ops.bus import connected
from ops.problem import Problem
from ops.running import find_running
from ops.stack.folder import DataFolder
from ops.stack.nats import OPS
from ops.stack.places import SERVICES, with_login, without_login
from ops.stack.postgres import SUPERUSER
from ops.stack.prepare import migrate, prepare_agencies, prepare_streams


async def run_migration(data: Path, service: str = "") -> list[str]:
    """Migrates one service, or all and the streams; returns what was done, in lines."""
    if service and service not in SERVICES:
        raise Problem(f"There is no service {service!r}: it is one of {', '.join(SERVICES)}.")
    services = (service,) if service else SERVICES
    folder, admin_dsn, nats_url = _servers(data)
    changed = await migrate(folder, folder.secrets, admin_dsn, services, force=True)
    lines = [f"{name}: {'new steps run' if name in changed else 'nothing to do'}" for name in services]
    if not service:
        async with _bus(nats_url, folder) as client:
            await prepare_streams(client)
            lines.append("streams: as the contracts say")
            try:
                await prepare_agencies(client)
                lines.append("consumers of agencies' systems: as identity says")
            except Problem as problem:
                lines.append(f"consumers of agencies' systems: not made ({problem})")
    return lines


def _servers(data: Path) -> tuple[DataFolder, str, str]:
    database, nats = os.environ.get("PORTICO_DATABASE_URL", ""), os.environ.get("PORTICO_NATS_URL", "")
    if database and nats:
        return DataFolder.existing(data), database, without_login(nats)
    running = find_running(data)
    places, secrets = running.places, running.secrets
    admin = with_login(places.database_url, SUPERUSER, secrets.derive("postgres"), "postgres")
    return running.folder, database or admin, places.nats_url


@asynccontextmanager
async def _bus(url: str, folder: DataFolder) -> AsyncIterator[Client]:
    async with connected(url, OPS, folder.secrets.nats(OPS)) as client:
        yield client
