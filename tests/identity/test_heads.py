"""Signed heads of the activity chains: one at a time, when they are due, told and kept elsewhere."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from uuid import UUID

import pytest_asyncio

from contracts.identity.activities import Doer, What
from contracts.portal_events import ActivityHeadSigned
from kit.bus import Asker, Call
from kit.bus.call import Bus
from kit.database import Database
from ops.audit.heads import Keys
from ops.audit.source import Source
from services.identity.audit import activities
from services.identity.audit.heads import MOST, HeadSigner
from tests import stack
from tests.identity.conftest import SLUG, Identity

KEYS = Keys(json.loads(stack.public_set(stack.SIGNING_KEY)))


def signer(folder: Path | None = None) -> HeadSigner:
    return HeadSigner(json.dumps(stack.SIGNING_KEY.as_dict(private=True)), 3600, folder)


@pytest_asyncio.fixture
async def call(identity: Identity, open_database: Callable[[stack.Logins], Database]) -> AsyncIterator[Call]:
    yield Call(Bus(open_database(identity.logins), identity.ops, Asker(identity.ops), None))


async def append(identity: Identity, call: Call, count: int = 1) -> None:
    async with call.transaction(identity.agency.id) as tx:
        for _ in range(count):
            await activities.record(What.SIGNED_OUT, Doer(kind="portal"), tx)


async def signed(identity: Identity) -> list[int]:
    return [row["number"] for row in await identity.logins.fetch("SELECT number FROM signed_heads ORDER BY number")]


async def test_of_several_processes_one_signs_and_the_agencys_system_hears_it(identity: Identity, call: Call) -> None:
    await append(identity, call, 3)
    await asyncio.gather(*(signer().sign_due(call) for _ in range(4)))
    assert await signed(identity) == [3]
    source = Source(identity.ops, KEYS)

    async def told() -> int:
        return len(await source.told(SLUG))

    await stack.eventually(told, 1)
    message = await identity.ops.jetstream().get_last_msg("PORTAL", f"portal.{SLUG}.{ActivityHeadSigned.what}")
    event = json.loads(message.data or b"")
    head = KEYS.open(event["data"]["signature"])
    assert event["type"] == "portal.activity-head.signed.v1"
    assert (head.number, head.hash, head.slug, head.known) == (3, event["data"]["hash"], SLUG, True)
    assert UUID(head.agency) == identity.agency.id


async def test_a_head_is_due_after_an_hour_after_many_entries_and_at_the_end(identity: Identity, call: Call) -> None:
    await append(identity, call)
    await signer().sign_due(call)
    await append(identity, call, MOST - 1)
    await signer().sign_due(call)
    assert await signed(identity) == [1]
    await append(identity, call)
    await signer().sign_due(call)
    assert await signed(identity) == [1, MOST + 1]
    await append(identity, call)
    await identity.logins.fetch("UPDATE activity_heads SET signed_at = signed_at - interval '59 minutes'")
    await signer().sign_due(call)
    assert len(await signed(identity)) == 2
    await identity.logins.fetch("UPDATE activity_heads SET signed_at = signed_at - interval '2 minutes'")
    await signer().sign_due(call)
    assert len(await signed(identity)) == 3
    await append(identity, call)
    for _ in range(2):  # the second time there is nothing new
        await signer().sign_due(call, all_of_them=True)
    assert len(await signed(identity)) == 4


async def test_a_running_identity_signs_by_itself_and_once_more_when_it_stops(identity: Identity, call: Call) -> None:
    await append(identity, call)
    assert await signed(identity) == []  # its next look is minutes away
    await signer().sign_due(call)
    await append(identity, call)  # nothing but the end makes this one due
    assert await signed(identity) == [1]
    await identity.running.stop()
    assert await signed(identity) == [1, 2]


async def test_a_folder_has_every_head_and_one_that_is_missing_stops_nothing(
    identity: Identity, call: Call, tmp_path: Path
) -> None:
    for _ in range(2):
        await append(identity, call)
        await signer(tmp_path).sign_due(call, all_of_them=True)
    await append(identity, call)
    await signer(tmp_path / "missing").sign_due(call, all_of_them=True)
    assert await signed(identity) == [1, 2, 3]
    kept = (tmp_path / f"{SLUG}.heads").read_text().splitlines()
    assert [KEYS.open(line).number for line in kept] == [1, 2]
