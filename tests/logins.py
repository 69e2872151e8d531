"""Databases of tests: each service's logins on one of them, and clones of templates that were migrated once."""

import itertools
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import asyncpg

from kit.database import Database
from kit.migrating.database import ROLES, database_name, ensure_database, upgrade
from kit.pool import Pool
from ops.stack.postgres import PostgresServer

_numbers = itertools.count(1)
LOOKING = 8  # connections of the superuser's on one database
# a tenth of what TRUNCATE takes where tables hold next to nothing; locked as TRUNCATE would, so that whoever is still
# committing is waited for, and without triggers and foreign keys
CLEAR = """
DO $$
DECLARE name regclass;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
    AND (relname = ANY ('{{{names}}}') OR ('{names}' = '' AND relname <> 'alembic_version')) ORDER BY relname
  LOOP
    EXECUTE format('LOCK TABLE %s', name);
    EXECUTE format('DELETE FROM %s', name);
  END LOOP;
END $$
"""


@dataclass(frozen=True)
class Logins:
    """A service's logins on one database."""

    server: PostgresServer
    service: str
    database: str

    def url(self, role: str) -> str:
        """The address for owner, app, reader or relay."""
        return self.server.dsn(self.database, f"{self.service}_{role}", _password(role))

    async def fetch(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        """Rows as the superuser sees them, whom row-level security does not bind."""
        connection = await self._looking.take()
        try:
            return await connection.fetch(query, *arguments)
        finally:
            await self._looking.give_back(connection)

    async def value(self, query: str, *arguments: object) -> Any:
        """The first value of fetch()."""
        return (await self.fetch(query, *arguments))[0][0]

    async def clear(self, *tables: str) -> None:
        """Takes away all rows of these tables, or of every table."""
        await self.fetch(CLEAR.format(names=",".join(tables)))

    def open(self, pool: int = 4) -> Database:
        """The database as the service opens it; close it."""
        return Database(self.url("app"), self.url("reader"), pool)

    async def close(self) -> None:
        """Ends the superuser's connections."""
        await self._looking.close()

    @cached_property
    def _looking(self) -> Pool:
        # nothing is prepared for later: tests change tables under it
        return Pool(self.server.dsn(self.database), LOOKING, ssl=False, statement_cache_size=0)


def _password(role: str) -> str:
    return f"{role}-of-the-service"


class Templates:
    """Databases of real services, migrated once and cloned for each module that asks."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._ready: set[str] = set()
        self._migrated: set[str] = set()
        self._made: list[Logins] = []

    async def clone(self, service: str) -> Logins:
        """A fresh database with the service's newest schema."""
        template = await self._logins(service)
        if service not in self._migrated:
            await upgrade(template.url("owner"), service)
            self._migrated.add(service)
        return await self._create(service, f"TEMPLATE {template.database}")

    async def empty(self, service: str) -> Logins:
        """A fresh database without any table, owned by the service."""
        await self._logins(service)
        return await self._create(service, "TEMPLATE template0")

    async def close(self) -> None:
        """Ends what is still open on them."""
        for logins in self._made:
            await logins.close()

    async def _logins(self, service: str) -> Logins:
        if service not in self._ready:
            await ensure_database(self._server.dsn(), service, {role: _password(role) for role in ROLES})
            self._ready.add(service)
        return Logins(self._server, service, database_name(service))

    async def _create(self, service: str, how: str) -> Logins:
        name = f"{service}_{next(_numbers)}"
        connection = await asyncpg.connect(self._server.dsn())
        try:
            await connection.execute(f"CREATE DATABASE {name} {how} OWNER {service}_owner STRATEGY file_copy")
        finally:
            await connection.close()
        self._made.append(Logins(self._server, service, name))
        return self._made[-1]
