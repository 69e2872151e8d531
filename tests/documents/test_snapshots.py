"""A snapshot finds what documents had lost of its kinds and mends it, and never sweeps before it is complete."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from kit.bus import feed_events
from services.documents.sync import feed
from tests import stack

from .conftest import Household, Office
from .feed import KINDS, Kind, say, there

STARTED, ENDED = "ams.snapshot.started.v1", "ams.snapshot.ended.v1"
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


async def start(office: Office, house: Household, snapshot: str) -> None:
    await say(office, house, "snapshot", snapshot, 1, {}, type=STARTED)


async def end(office: Office, house: Household, snapshot: str, counts: dict[str, int]) -> None:
    await say(office, house, "snapshot", snapshot, 2, {"counts": counts}, type=ENDED)


async def found(office: Office, snapshot: str) -> dict[str, int]:
    value = await office.logins.value("SELECT found FROM snapshots WHERE id = $1 AND swept_at IS NOT NULL", snapshot)
    assert value is not None, "it is not complete"
    return dict(json.loads(value))


@every_kind
async def test_what_it_did_not_name_is_gone_and_the_rest_is_as_it_says(office: Office, kind: Kind) -> None:
    house = await office.household()
    for number in range(4):
        await say(office, house, kind.name, f"X{number}", 1, kind.called(f"N{number}"))
    await start(office, house, "S")
    await say(office, house, kind.name, "X0", 1, kind.called("N0"), snapshot="S")  # as we have it
    await say(office, house, kind.name, "X1", 5, kind.called("newer"), snapshot="S")  # a change was lost
    await say(office, house, kind.name, "X2", 1, kind.called("other"), snapshot="S")  # same version, other contents
    await say(office, house, kind.name, "X9", 3, kind.called("lost"), snapshot="S")  # never heard of
    await say(office, house, kind.name, "X7", 1, kind.called("new"))  # made meanwhile
    await end(office, house, "S", {kind.name: 4})
    assert await there(office, kind) == {
        "X0": (1, "N0"),
        "X1": (5, "newer"),
        "X2": (1, "other"),
        "X7": (1, "new"),
        "X9": (3, "lost"),
    }
    assert await found(office, "S") == {f"{kind.name} mended": 3, f"{kind.name} gone": 1}
    assert await office.logins.value("SELECT count(*) FROM snapshot_items") == 0


@every_kind
async def test_an_item_in_quarantine_holds_the_sweep_up_until_it_is_mended(office: Office, kind: Kind) -> None:
    house = await office.household()
    await say(office, house, kind.name, "GONE", 1, kind.called("gone"))
    await start(office, house, "S")
    await say(office, house, kind.name, "BAD", 1, {**kind.data, "account": 7}, snapshot="S")
    await end(office, house, "S", {kind.name: 1})
    assert set(await there(office, kind)) == {"GONE"}
    await say(office, house, kind.name, "BAD", 1, kind.called("mended"), snapshot="S")
    assert set(await there(office, kind)) == {"BAD"}


async def test_kinds_that_it_does_not_count_and_those_of_other_services_are_left_alone(office: Office) -> None:
    house = await office.household()
    for kind in KINDS:
        await say(office, house, kind.name, "X", 1, kind.data)
    await start(office, house, "S")
    await end(office, house, "S", {"policy": 12, "account": 3, "certificate": 0})
    assert [len(await there(office, kind)) for kind in KINDS] == [0, 1, 1]
    assert await found(office, "S") == {"certificate gone": 1}


@every_kind
async def test_what_was_stored_before_it_and_comes_late_brings_nothing_back(office: Office, kind: Kind) -> None:
    house = await office.household()
    await start(office, house, "S")
    await end(office, house, "S", {kind.name: 0})
    database = office.logins.open()
    now = datetime.now(UTC)
    for stored_at, count in ((now - timedelta(hours=1), 0), (now, 1)):
        body = stack.cloud_event(kind.name, "X", 1, kind.data)
        event = feed_events.parse(f"ams.{house.slug}.{kind.name}", body, stored_at)
        async with database.transaction(house.agency) as transaction:
            await feed.apply([event], transaction)
        assert len(await there(office, kind)) == count
    await database.close()
