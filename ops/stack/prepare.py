"""Brings databases and streams to what the code expects, before any process starts."""

import asyncio
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
from nats.aio.client import Client
from nats.js.errors import APIError

from ops.problem import Problem
from ops.secrets import Secrets
from ops.stack.folder import STATE, DataFolder
from ops.stack.places import SERVICES, with_login

if TYPE_CHECKING:
    from contracts.identity.agencies import Agency

ROOT = Path(__file__).parents[2]


async def migrate(
    folder: DataFolder, secrets: Secrets, admin_dsn: str, services: Sequence[str] = SERVICES, *, force: bool = False
) -> list[str]:
    """Makes each service's database and logins if need be and runs its new steps; returns the services changed.

    What was done for the same steps and the same server is not looked at again unless `force`.
    """
    if not force and is_migrated(folder, secrets) and await _are_there(admin_dsn):
        return []
    from kit.migrating.database import TooNew, ensure_database, upgrade  # noqa: PLC0415 - not loaded when nothing is to be done

    changed: list[str] = []
    try:
        await asyncio.gather(*(ensure_database(admin_dsn, service, secrets.logins(service)) for service in services))
        for service in services:  # one after the other: Alembic's context belongs to the whole process
            owner = with_login(admin_dsn, f"{service}_owner", secrets.login(service, "owner"), f"portico_{service}")
            if await upgrade(owner, service):
                changed.append(service)
    except (OSError, asyncpg.PostgresError) as error:
        raise Problem(f"The database cannot be prepared: {str(error) or type(error).__name__}.") from None
    except TooNew as error:
        raise Problem(str(error)) from None
    if tuple(services) == SERVICES:
        folder.note(migrated=_fingerprint(secrets, services))
    return changed


def is_migrated(folder: DataFolder, secrets: Secrets) -> bool:
    """Whether the folder says that every database is at the newest step."""
    return bool(folder.read(STATE).get("migrated") == _fingerprint(secrets, SERVICES))


async def _are_there(admin_dsn: str) -> bool:
    """Whether the server has the databases: its folder may have been removed without ours."""
    names = [f"portico_{service}" for service in SERVICES]
    admin = await asyncpg.connect(admin_dsn, timeout=10)
    try:
        found = await admin.fetchval("SELECT count(*) FROM pg_database WHERE datname = ANY($1::text[])", names)
    finally:
        await admin.close()
    return bool(found == len(names))


async def prepare_streams(client: Client) -> None:
    """Makes the bus's streams, and the consumers of our processes.

    Always done: a memory stream is gone when its server was started again.
    """
    from kit.migrating.streams import apply_streams  # noqa: PLC0415 - beside the servers' start

    try:
        await apply_streams(client)
    except APIError as error:
        raise Problem(f"The bus's streams cannot be prepared: {error.description}.") from None


async def prepare_agencies(client: Client) -> None:
    """Makes the consumers by which the agencies' systems hear their portal events; identity says which there are."""
    from contracts.kinds import Refusal  # noqa: PLC0415 - beside the processes' start
    from kit.migrating.agencies import apply_ams_consumers  # noqa: PLC0415

    try:
        await apply_ams_consumers(client)
    except Refusal as refusal:
        raise Problem(f"Identity does not say which agencies there are: {refusal.title}") from None
    except APIError as error:
        raise Problem(f"The consumers of agencies' systems cannot be prepared: {error.description}.") from None


async def agencies_there(client: Client) -> "list[Agency]":
    """Every agency that identity knows, by name; raises Problem."""
    from contracts.identity.agencies import ListAgencies  # noqa: PLC0415 - beside the processes' start
    from contracts.kinds import Refusal  # noqa: PLC0415
    from kit.bus import Asker  # noqa: PLC0415

    try:
        return (await Asker(client).ask(ListAgencies())).items
    except Refusal as refusal:
        raise Problem(f"Identity does not say which agencies there are: {refusal.title}") from None


def _fingerprint(secrets: Secrets, services: Sequence[str]) -> str:
    """Of everything that decides what a database looks like: the steps, and the logins' passwords."""
    digest = sha256(secrets.derive("migrated").encode())
    for service in services:
        for step in sorted((ROOT / "services" / service / "migrations").glob("*.py")):
            digest.update(f"{service}/{step.name}\n".encode())
            digest.update(step.read_bytes())
    return digest.hexdigest()
