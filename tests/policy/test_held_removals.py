"""A snapshot that would remove most of a kind removes nothing of it, until an admin has decided."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.held_removals import DecidedOtherwise, HeldRemoval
from contracts.identity.activities import RecordAgencyActivity
from contracts.identity.telling import TellRemovalHeld
from contracts.kinds import NotAllowed, NotFound, ReadOnly
from contracts.policy.feed import CarryOutRemoval, DecideHeldRemoval, ListHeldRemovals
from contracts.policy.policies import PoliciesChanged
from contracts.portal_events import SnapshotHeld
from contracts.principal import Role
from kit.bus import brake, feed_events
from kit.bus.sweeps import Extent
from kit.ids import new_id
from services.policy.sync import feed
from tests import stack
from tests.locking import WAITING
from tests.policy.conftest import SLUG, Book, policy

from .comparisons import (
    JOB,
    MANY,
    admin,
    apply_late,
    compare,
    decide,
    end,
    event,
    full_book,
    held,
    ids,
    left,
    say,
    start,
    states,
    there,
)
from .holders import add, told


async def test_what_would_empty_the_book_removes_nothing_and_everybody_is_told(book: Book) -> None:
    await full_book(book)
    await say(book, [("carrier", stack.cloud_event("carrier", "C1", 1, {"name": "Quillfeather Mutual"}))])
    await start(book, "S")
    await say(book, [event("P00", 5, "S", number="newer"), event("NEW", 1, "S")])
    await end(book, "S", policy=2, carrier=0)
    assert await there(book) == {*ids(MANY), "NEW"}
    assert await book.logins.value("SELECT number FROM policies WHERE ams_id = 'P00'") == "newer"
    assert await book.logins.value("SELECT count(*) FROM carriers WHERE NOT deleted") == 0  # of these it was not much
    (removal,) = await held(book)
    assert (removal.snapshot, removal.kind, removal.going, removal.there) == ("S", "policy", MANY - 1, MANY)
    told = SnapshotHeld.model_validate((await left(book, f"portal.{SLUG}.snapshot.held"))[0]["data"])
    assert (told.snapshot, told.began_at) == ("S", removal.began_at)
    assert [kind.facts() for kind in told.kinds] == [removal.facts()]
    (mails,) = await left(book, TellRemovalHeld.subject)
    assert mails["kinds"] == [{"kind": "policy", "going": MANY - 1, "there": MANY}]
    (entry,) = await left(book, RecordAgencyActivity.subject)
    assert (entry["what"], entry["by"], entry["facts"]) == ("removal-held", "portal", removal.facts())


@pytest.mark.parametrize(
    ("going", "there", "held"),
    [
        *((19, 20, False), (20, 21, True), (20, 40, False), (20, 39, True), (600, 1200, False)),
        *((0, 0, False), (4, 4, False), (5, 5, True), (5, 6, False)),
    ],
)
def test_too_much_is_more_than_half_or_all(going: int, there: int, held: bool) -> None:
    assert brake.is_too_much(Extent(going, there)) is held


@pytest.mark.parametrize(("count", "named", "swept"), [(20, 0, False), (40, 20, True)])
async def test_they_are_counted_as_they_are(book: Book, count: int, named: int, swept: bool) -> None:
    await full_book(book, count)
    await compare(book, "S", ids(named))
    assert await there(book) == set(ids(named if swept else count))
    assert len(await held(book)) == (not swept)


async def test_what_it_brings_does_not_count_for_what_was_there(book: Book) -> None:
    await full_book(book)
    await compare(book, "S", ids(MANY, first=50))  # as after a change of all ids
    (removal,) = await held(book)
    assert (removal.going, removal.there) == (MANY, MANY)
    assert await there(book) == {*ids(MANY), *ids(MANY, first=50)}


async def test_what_it_brings_back_does_not_count_for_what_was_there(book: Book) -> None:
    await full_book(book)
    await say(book, [("policy", stack.cloud_event("policy", ams_id, 1, None)) for ams_id in ids(MANY, first=50)])
    await compare(book, "S", ids(MANY, first=50))  # as of an export of the deleted ones
    (removal,) = await held(book)
    assert (removal.going, removal.there) == (MANY, MANY)
    await compare(book, "T", [*ids(20), *ids(MANY, first=50)])  # by now they are there
    assert await there(book) == {*ids(20), *ids(MANY, first=50)} and await held(book) == []


async def test_holders_that_it_confirms_do_not_count_for_what_was_there(book: Book) -> None:
    await say(book, [holder(f"H{number}", name=f"Old {number}") for number in range(5)])
    added = [await add(book, name=f"New {number}") for number in range(5)]
    await add(book, name="Still unknown to the agency's system")
    await start(book, "S")
    await say(book, [holder(f"N{one.id}", "S", name=one.name, portal_id=str(one.id)) for one in added])
    await end(book, "S", **{"certificate-holder": 5})
    (removal,) = await held(book)
    assert (removal.going, removal.there) == (5, 5)


def holder(ams_id: str, snapshot: str = "", **changes: Any) -> tuple[str, bytes]:
    kind, named = "certificate-holder", {"snapshot": snapshot} if snapshot else {}
    return kind, stack.cloud_event(kind, ams_id, 1, told(**changes), **named)


@pytest.mark.parametrize("since", ["there_since", "NULL"])  # it came before there was that column
async def test_what_was_changed_since_it_began_counts_as_there(book: Book, since: str) -> None:
    await full_book(book)
    await book.logins.fetch(f"UPDATE policies SET there_since = {since}")
    await start(book, "S")
    await say(book, [event(ams_id, 2) for ams_id in ids(20)])
    await end(book, "S", policy=0)
    assert await there(book) == set(ids(20)) and await held(book) == []


async def test_what_was_said_before_it_began_was_there_however_late_it_comes(book: Book) -> None:
    await full_book(book, 5)
    await start(book, "S")
    await say(book, [event("LATE")])
    assert await apply_late(book, "LATE")  # newer, and stored an hour before
    await end(book, "S", policy=0)
    (removal,) = await held(book)
    assert (removal.going, removal.there) == (6, 6)


async def test_removed_is_what_is_still_not_named_and_was_not_heard_of_since(book: Book) -> None:
    await full_book(book)
    await compare(book, "S", ["P00"])
    await say(book, [event("P01", 1, "S")])  # named late, by the same snapshot
    await say(book, [event("P02", 2)])  # heard of since
    await start(book, "T")
    await say(book, [event("P03", 1, "T")])  # named by a newer one that is under way
    (removal,) = await held(book)
    assert removal.going == MANY - 4
    await book.logins.fetch("DELETE FROM outbox")
    decided = await decide(book, removal.id, remove=True)
    assert (decided.state, decided.going) == ("removing", MANY - 4)
    await stack.eventually(lambda: states(book), ["removed"])
    assert await there(book) == set(ids(4))
    assert await held(book) == []
    told = [one for event in await left(book, PoliciesChanged.subject) for one in event["policies"]]
    assert len(told) == MANY - 4 and all(one["deleted"] for one in told)
    found = await book.logins.value("SELECT found FROM snapshots WHERE id = 'S'")
    assert json.loads(found)["policy gone"] == MANY - 4
    assert await book.logins.value("SELECT count(*) FROM snapshot_items WHERE snapshot = 'S'") == 0
    (entry,) = await left(book, RecordAgencyActivity.subject)
    assert (entry["what"], entry["by"], entry["facts"]["going"]) == ("removal-wanted", "staff", str(MANY - 4))


async def test_kept_it_is_forgotten(book: Book) -> None:
    await full_book(book)
    await compare(book, "S", ["P00"])
    (removal,) = await held(book)
    assert (await decide(book, removal.id, remove=False)).state == "kept"
    assert (await decide(book, removal.id, remove=False)).state == "kept"  # once more is no harm
    with pytest.raises(DecidedOtherwise) as refused:
        await decide(book, removal.id, remove=True)
    assert refused.value.facts["state"] == "kept"
    assert await there(book) == set(ids(MANY)) and await held(book) == []
    assert await book.logins.value("SELECT count(*) FROM snapshot_items") == 0
    entries = [entry["what"] for entry in await left(book, RecordAgencyActivity.subject)]
    assert entries == ["removal-held", "removal-forgotten"]
    assert await left(book, CarryOutRemoval.subject) == []


async def test_it_keeps_out_what_is_late_only_once_it_was_carried_out(book: Book) -> None:
    await full_book(book)
    await compare(book, "S")
    assert await apply_late(book, "LATE-1")
    (removal,) = await held(book)
    await decide(book, removal.id, remove=False)
    assert await apply_late(book, "LATE-2")
    await compare(book, "T")
    (removal,) = await held(book)
    await decide(book, removal.id, remove=True)
    await stack.eventually(lambda: states(book), ["kept", "removed"])
    assert await there(book) == set()
    assert not await apply_late(book, "LATE-1") and not await apply_late(book, "LATE-3")


async def test_a_newer_snapshot_overtakes_it_and_is_judged_by_itself(book: Book) -> None:
    await full_book(book)
    await compare(book, "S")
    (first,) = await held(book)
    await compare(book, "T", ["P00"])
    (second,) = await held(book)
    assert (second.snapshot, second.going) == ("T", MANY - 1)
    with pytest.raises(DecidedOtherwise) as refused:
        await decide(book, first.id, remove=True)
    assert refused.value.facts["state"] == "overtaken"
    await compare(book, "U", ids(30))
    assert await there(book) == set(ids(30)) and await held(book) == []
    assert await states(book) == ["overtaken", "overtaken"]
    assert await book.logins.value("SELECT count(*) FROM snapshot_items") == 0


async def test_a_newer_snapshot_ends_a_removal_that_is_under_way(book: Book) -> None:
    await full_book(book)
    await compare(book, "S")
    (removal,) = await held(book)
    await book.logins.fetch("UPDATE held_removals SET state = 'removing'")
    await compare(book, "T", ids(30))
    job = CarryOutRemoval(agency=book.agency, held=removal.id)
    await book.ops.jetstream().publish(job.subject, job.model_dump_json().encode())
    await stack.eventually(lambda: stack.unsettled(book.ops, "JOBS", JOB), 0)
    assert await there(book) == set(ids(30)) and await states(book) == ["overtaken"]


async def test_it_is_gone_where_nothing_is_left_to_remove_and_after_35_days(book: Book) -> None:
    await full_book(book)
    await compare(book, "S")
    await say(book, [("policy", stack.cloud_event("policy", ams_id, 2, None)) for ams_id in ids(MANY)])
    assert await held(book) == []
    await say(book, [event(ams_id, 3) for ams_id in ids(MANY)])
    await compare(book, "T")
    (removal,) = await held(book)
    await book.logins.fetch("UPDATE held_removals SET held_at = held_at - interval '35 days 1 second'")
    assert await held(book) == []
    with pytest.raises(NotFound):
        await decide(book, removal.id, remove=True)
    await compare(book, "U", ids(MANY))
    assert await states(book) == [] and await there(book) == set(ids(MANY))


async def test_of_two_admins_one_decides(book: Book) -> None:
    await full_book(book)
    await compare(book, "S")
    (removal,) = await held(book)
    answers = await asyncio.gather(
        *(decide(book, removal.id, remove=remove) for remove in (True, False, True, False)), return_exceptions=True
    )
    decided = {answer.state for answer in answers if isinstance(answer, HeldRemoval)} & {"kept", "removing"}
    assert len(decided) == 1
    assert sum(isinstance(answer, DecidedOtherwise) for answer in answers) == 2
    await stack.eventually(lambda: states(book), ["kept"] if decided == {"kept"} else ["removed"])
    assert await there(book) == (set(ids(MANY)) if decided == {"kept"} else set())
    entries = [entry["what"] for entry in await left(book, RecordAgencyActivity.subject)]
    assert len(entries) == 2  # held, and decided once


async def test_a_decision_waits_for_a_batch_that_is_being_applied(book: Book) -> None:
    await full_book(book)
    await compare(book, "S")
    (removal,) = await held(book)
    body = stack.cloud_event("policy", "P00", 2, policy())
    live = feed_events.parse(f"ams.{SLUG}.policy", body, datetime.now(UTC))
    database = book.logins.open()
    try:
        async with database.transaction(book.agency) as transaction:
            await feed.apply([replace(live, id="live")], transaction)
            deciding = asyncio.create_task(decide(book, removal.id, remove=True))
            await stack.eventually(lambda: book.logins.value(WAITING), 1)
        assert (await deciding).going == MANY - 1
    finally:
        await database.close()
    await stack.eventually(lambda: states(book), ["removed"])
    assert await there(book) == {"P00"}


async def test_only_an_admin_decides_and_only_of_the_own_agency(book: Book) -> None:
    await full_book(book)
    await compare(book, "S")
    (removal,) = await held(book)
    for role in (Role.AGENT, Role.CSR):
        assert len((await book.asker.ask(ListHeldRemovals(), admin(book, role=role))).items) == 1
    for remove in (True, False):
        wanted = DecideHeldRemoval(held=removal.id, remove=remove)
        with pytest.raises(NotAllowed):
            await book.asker.ask(wanted, admin(book, role=Role.AGENT))
        with pytest.raises(NotFound):
            await book.asker.ask(wanted, admin(book, agency=new_id()))
        with pytest.raises(ReadOnly):
            await book.asker.ask(wanted, admin(book, read_only=True))
    assert (await book.asker.ask(ListHeldRemovals(), admin(book, agency=new_id()))).items == []
    assert await states(book) == ["held"]
