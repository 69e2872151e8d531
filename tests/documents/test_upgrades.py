"""A database of an earlier version is brought to the newest step with everything that is in it."""

import asyncio

import pytest

from kit.migrating.database import TooNew, is_current, upgrade
from tests.logins import Logins, Templates

DOCUMENT = """
INSERT INTO documents (id, agency, account, kind, title, file_name, content_type, size, sha256, facts_sha256, policy,
                       vehicle, ends_on, made_at)
VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'id_card', 'ID card', 'id-card.pdf',
        'application/pdf', 1, sha256('it'), sha256('facts'), gen_random_uuid(), 'V-1', '2027-01-01', '2026-10-01Z')
"""


async def in_all(logins: Logins) -> dict[str, object]:
    (row,) = await logins.fetch("SELECT * FROM documents")
    return dict(row)


async def test_what_an_earlier_version_kept_is_there_after_the_upgrade(templates: Templates) -> None:
    logins = await templates.empty("documents")
    await upgrade(logins.url("owner"), "documents", "0001")
    await logins.fetch(DOCUMENT)
    before = await in_all(logins)
    assert "as_of" not in before
    assert not await is_current(logins.url("owner"), "documents")
    assert await upgrade(logins.url("owner"), "documents")
    assert await in_all(logins) == {**before, "as_of": None}
    assert await is_current(logins.url("owner"), "documents")
    assert not await upgrade(logins.url("owner"), "documents")


async def test_what_is_said_of_all_rows_is_said_of_every_agency_s(templates: Templates) -> None:
    logins = await templates.empty("documents")
    await upgrade(logins.url("owner"), "documents", "0004")
    for snapshot in ("now()", "NULL"):
        await logins.fetch(
            f"INSERT INTO snapshots (agency, id, swept_at) VALUES (gen_random_uuid(), 'S {snapshot}', {snapshot})"
        )
    await upgrade(logins.url("owner"), "documents")
    known = {row["id"]: row["complete"] for row in await logins.fetch("SELECT id, complete FROM snapshots")}
    assert known == {"S now()": True, "S NULL": False}
    forced = "SELECT relforcerowsecurity FROM pg_class WHERE relname = 'snapshots'"
    assert await logins.value(forced)


async def test_two_who_upgrade_at_once_do_it_once(templates: Templates) -> None:
    logins = await templates.empty("documents")
    async with asyncio.timeout(30):  # without their lock each waits for the other
        await asyncio.gather(*(upgrade(logins.url("owner"), "documents") for _ in range(2)))
    assert await is_current(logins.url("owner"), "documents")


async def test_a_database_of_a_newer_version_is_left_alone(templates: Templates) -> None:
    logins = await templates.clone("documents")
    await logins.fetch("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(TooNew, match="9999"):
        await upgrade(logins.url("owner"), "documents")
