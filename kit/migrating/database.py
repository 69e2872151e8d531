"""A service's database: made with its four logins if need be, and brought to the newest step."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import Connection, MetaData, make_url

ROLES = ("owner", "app", "reader", "relay")
SERVICES = ("identity", "policy", "documents", "notify")


async def ensure_database(admin_dsn: str, service: str, passwords: Mapping[str, str]) -> None:
    """Makes the database `portico_<service>` and its logins, and sets their passwords.

    `passwords` maps owner, app, reader and relay to a password each. Safe to repeat.
    """
    admin = await asyncpg.connect(admin_dsn, timeout=10)
    try:
        for role in ROLES:
            name = f"{service}_{role}"
            if not await admin.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", name):
                await admin.execute(f"CREATE ROLE {name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS")
            quoted = await admin.fetchval("SELECT quote_literal($1::text)", passwords[role])
            await admin.execute(f"ALTER ROLE {name} PASSWORD {quoted}")
        await admin.execute(f"ALTER ROLE {service}_reader SET default_transaction_read_only = on")
        database = database_name(service)
        if not await admin.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database):
            await admin.execute(f"CREATE DATABASE {database} OWNER {service}_owner")
            await admin.execute(f"REVOKE ALL ON DATABASE {database} FROM PUBLIC")
            await admin.execute(
                f"GRANT CONNECT ON DATABASE {database} TO {', '.join(f'{service}_{role}' for role in ROLES)}"
            )
    finally:
        await admin.close()


def database_name(service: str) -> str:
    """portico_<service>."""
    return f"portico_{service}"


def steps_of(service: str) -> Path:
    """The folder with a service's numbered steps."""
    return Path(__file__).parents[2] / "services" / service / "migrations"


def newest_step(service: str) -> str:
    """The number of the newest step."""
    return max(path.name.split("_", 1)[0] for path in steps_of(service).glob("[0-9]*.py"))


class TooNew(Exception):
    """A database that a newer version has brought to a step which this one does not know; the text says which."""


async def is_current(owner_dsn: str, service: str) -> bool:
    """Whether the database is at the newest step (without loading Alembic).

    Raises TooNew when it is beyond that.
    """
    connection = await asyncpg.connect(owner_dsn, timeout=10)
    try:
        if not await connection.fetchval("SELECT to_regclass('alembic_version')::text"):
            return False
        step, newest = await connection.fetchval("SELECT version_num FROM alembic_version"), newest_step(service)
        if step > newest:
            raise TooNew(
                f"The database of {service} is at step {step} and this version knows steps up to {newest}:"
                " a newer version has used it. Use that one, or restore the backup from before it."
            )
        return bool(step == newest)
    finally:
        await connection.close()


async def upgrade(owner_dsn: str, service: str, step: str = "head") -> bool:
    """Brings the database to the newest step, or to an earlier one; returns whether anything had to be done.

    All steps are one transaction, and who comes meanwhile waits for it. Raises TooNew.
    """
    if await is_current(owner_dsn, service):
        return False
    from alembic import command  # noqa: PLC0415 - not loaded when there is nothing to do
    from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415

    engine = create_async_engine(make_url(owner_dsn).set(drivername="postgresql+asyncpg"))

    def run(connection: Connection) -> None:
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('migration'))")
        command.upgrade(_configuration(service, connection), step)

    async with engine.begin() as connection:
        await connection.run_sync(run)
    await engine.dispose()
    return True


def metadata_of(service: str) -> MetaData:
    """The tables of a service."""
    metadata = import_module(f"services.{service}.tables").metadata
    assert isinstance(metadata, MetaData)
    return metadata


def _configuration(service: str, connection: Connection) -> Any:
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("version_locations", str(steps_of(service)))
    config.set_main_option("path_separator", "newline")
    config.attributes["connection"] = connection
    config.attributes["metadata"] = metadata_of(service)
    return config
