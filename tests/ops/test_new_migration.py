"""`./portico new-migration` begins a step that brings the database to what the tables say."""

import runpy
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, Connection, Index, MetaData, Table, Text, Uuid, make_url
from sqlalchemy.ext.asyncio import create_async_engine

from kit.migrating.database import metadata_of
from ops import new_migration
from ops.problem import Problem
from tests.logins import Logins

WALLED = "SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE relname = 'awards'"
ALLOWED = "SELECT has_table_privilege('notify_app', 'awards', 'INSERT')"


def changed(service: str) -> MetaData:
    """A service's tables, with one more and a column and an index more."""
    metadata = MetaData(naming_convention=metadata_of(service).naming_convention)
    for table in metadata_of(service).tables.values():
        table.to_metadata(metadata)
    Table("awards", metadata, Column("id", Uuid, primary_key=True), Column("agency", Uuid, nullable=False))
    deliveries = metadata.tables["deliveries"]
    deliveries.append_column(Column("mood", Text))
    Index("ix_deliveries_mood", deliveries.c.agency, deliveries.c.mood)
    return metadata


async def run(step: Path, logins: Logins) -> None:
    engine = create_async_engine(make_url(logins.url("owner")).set(drivername="postgresql+asyncpg"))

    def upgrade(connection: Connection) -> None:
        with Operations.context(MigrationContext.configure(connection)):
            runpy.run_path(str(step))["upgrade"]()

    async with engine.begin() as connection:
        await connection.run_sync(upgrade)
    await engine.dispose()


async def test_a_step_is_begun_from_what_the_tables_say(clone, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(new_migration, "metadata_of", changed)
    monkeypatch.setattr(new_migration, "steps_of", lambda _: tmp_path)
    step = await new_migration.begin_step("notify", 'Awards & "moods"')
    assert step == tmp_path / "0002_awards_moods.py"
    logins = await clone("notify")
    await run(step, logins)
    await logins.fetch("SELECT id, agency FROM awards")
    await logins.fetch("SELECT mood FROM deliveries")
    assert await logins.value("SELECT count(*) FROM pg_indexes WHERE indexname = 'ix_deliveries_mood'") == 1
    assert await logins.value(WALLED)
    assert await logins.value(ALLOWED)


async def test_a_step_for_rows_alone_begins_with_nothing(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(new_migration, "steps_of", lambda _: tmp_path)
    step = await new_migration.begin_step("notify", "Old reasons")
    assert runpy.run_path(str(step))["upgrade"]() is None
    assert "op." not in step.read_text().partition("def upgrade")[2]


@pytest.mark.parametrize(("service", "title"), [("gateway", "pages"), ("policy", "…")])
async def test_a_step_needs_a_service_and_a_title(service, title) -> None:
    with pytest.raises(Problem):
        await new_migration.begin_step(service, title)


async def test_a_checkout_that_cannot_be_written_is_one_sentence(monkeypatch, tmp_path) -> None:
    async def none(_: str) -> list[str]:
        return []

    monkeypatch.setattr(new_migration, "_differences", none)
    monkeypatch.setattr(new_migration, "steps_of", lambda _: tmp_path / "gone")
    with pytest.raises(Problem, match="cannot be written: No such file or directory"):
        await new_migration.begin_step("notify", "Old reasons")
