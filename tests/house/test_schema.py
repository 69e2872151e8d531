"""The running schema: what the migration steps made is what the tables say, in every service."""

from collections.abc import Awaitable, Callable

import asyncpg
import pytest
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from kit.migrating.database import SERVICES, metadata_of
from tests.logins import Logins, Templates

Clone = Callable[[str], Awaitable[Logins]]
OURS = "pg_namespace n WHERE n.nspname = 'public' AND n.oid = "
# everything that a table, an index or a function is, in PostgreSQL's own words
WHAT_THERE_IS = (
    "SELECT 'table ' || c.relname || ' ' || coalesce(c.reloptions::text, '') AS what"
    f" FROM pg_class c, {OURS} c.relnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')",
    "SELECT 'column ' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)"
    " || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END"
    " || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') AS what"
    " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
    " LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum,"
    f" {OURS} c.relnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped",
    "SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(k.oid) AS what"
    f" FROM pg_constraint k, {OURS} k.connamespace AND k.contype <> 'n'",
    f"SELECT indexdef AS what FROM pg_indexes i, {OURS} n.oid AND i.schemaname = 'public'",
    "SELECT pg_get_triggerdef(t.oid) AS what FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid,"
    f" {OURS} c.relnamespace AND NOT t.tgisinternal",
    f"SELECT pg_get_functiondef(f.oid) AS what FROM pg_proc f, {OURS} f.pronamespace",
)


async def described(logins: Logins) -> set[str]:
    """A line for everything that there is, but for what notes the newest step."""
    found: set[str] = set()
    for query in WHAT_THERE_IS:
        found |= {row["what"] for row in await logins.fetch(query)}
    return {what for what in found if "alembic_version" not in what}


async def declared(templates: Templates, service: str) -> Logins:
    """A database with the tables as they are declared, without any step."""
    logins = await templates.empty(service)
    engine = create_async_engine(make_url(logins.url("owner")).set(drivername="postgresql+asyncpg"))
    async with engine.begin() as connection:
        await connection.run_sync(metadata_of(service).create_all)
    await engine.dispose()
    return logins


@pytest.mark.parametrize("service", SERVICES)
async def test_the_running_schema_is_what_the_tables_say(clone: Clone, templates: Templates, service: str) -> None:
    running = await described(await clone(service))
    wanted = await described(await declared(templates, service))
    assert sorted(running - wanted) == [], "made by a step, and no table says so"
    assert sorted(wanted - running) == [], "said by a table, and made by no step: `./portico new-migration` begins one"


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE outbox ADD COLUMN surplus text",
        "ALTER TABLE outbox ALTER COLUMN subject TYPE varchar(10)",
        "ALTER TABLE outbox ALTER COLUMN headers DROP DEFAULT",
        "ALTER TABLE outbox ALTER COLUMN sent_at SET NOT NULL",
        "ALTER TABLE policies RESET (fillfactor)",
        "ALTER TABLE carriers DROP CONSTRAINT uq_carriers_agency_ams_id",
        "DROP INDEX ix_outbox_waiting",
        "DROP INDEX ix_outbox_waiting; CREATE INDEX ix_outbox_waiting ON outbox (made_at)",
        "DROP TRIGGER keep_term ON policies",
        "CREATE OR REPLACE FUNCTION keep_term() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "CREATE TABLE surplus (id uuid)",
    ],
)
async def test_a_difference_is_noticed(templates: Templates, change: str) -> None:
    logins = await templates.clone("policy")
    before = await described(logins)
    connection = await asyncpg.connect(logins.server.dsn(logins.database))
    await connection.execute(change)
    await connection.close()
    assert await described(logins) != before
