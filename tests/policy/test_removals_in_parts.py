"""What snapshots remove goes some at a time where it is many, wanted by an admin or not worth asking about."""

import json
from uuid import UUID

import pytest

from contracts.held_removals import DecidedOtherwise
from contracts.identity.telling import TellRemovalHeld
from contracts.policy.feed import CarryOutRemoval
from contracts.policy.policies import PoliciesChanged
from kit import held_removals
from kit.bus import snapshots, sweeps
from kit.ids import new_id
from services.policy.sync import feed
from tests import stack
from tests.locking import WAITING
from tests.policy.conftest import SLUG, Book

from .comparisons import (
    JOB,
    MANY,
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

UNSENT = "SELECT count(*) FROM outbox WHERE sent_at IS NULL"


async def test_it_is_removed_some_at_a_time_and_goes_on_where_it_was(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeps, "AT_ONCE", 10)
    await full_book(book)
    await compare(book, "S")
    (removal,) = await held(book)
    await book.logins.fetch("UPDATE held_removals SET state = 'removing'")
    database = book.logins.open()
    async with database.transaction(book.agency) as transaction:  # and then the process ends
        assert await held_removals._carry_on(removal.id, feed.SWEEPING, transaction)
    await database.close()
    assert len(await there(book)) == MANY - 10
    (now,) = await held(book)
    assert (now.state, now.going, now.removed) == ("removing", MANY - 10, 10)
    for _ in range(2):  # twice at once: each part is done once
        await carry_out(book, removal.id)
    await stack.eventually(lambda: states(book), ["removed"])
    await stack.eventually(lambda: stack.unsettled(book.ops, "JOBS", JOB), 0)
    assert await book.logins.value("SELECT removed FROM held_removals") == MANY
    await compare(book, "T", ids(1))  # what was swept comes back with the snapshot that names it
    assert await there(book) == set(ids(1))


async def test_many_that_nobody_has_to_decide_about_go_some_at_a_time_too(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeps, "AT_ONCE", 4)
    await full_book(book)
    await compare(book, "S", ids(30))
    await stack.eventually(lambda: states(book), ["removed"])
    assert await there(book) == set(ids(30))
    parts = "SELECT array_agg(n ORDER BY n) FROM (SELECT count(*) AS n FROM policies WHERE deleted GROUP BY xmin) AS t"
    assert await book.logins.value(parts) == [2, 4, 4]
    assert len(await left(book, CarryOutRemoval.subject)) == 3  # a job for each: no stop has to wait for all of them
    told = [one for event in await left(book, PoliciesChanged.subject) for one in event["policies"] if one["deleted"]]
    assert len(told) == 10
    assert await left(book, f"portal.{SLUG}.snapshot.held") == await left(book, TellRemovalHeld.subject) == []
    assert json.loads(await book.logins.value("SELECT found FROM snapshots"))["policy gone"] == 10
    assert not await apply_late(book, "LATE")
    await compare(book, "T", ids(26))  # four go at once
    assert await there(book) == set(ids(26)) and await states(book) == ["removed"]


async def test_what_comes_late_while_many_go_is_of_the_book_before(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeps, "AT_ONCE", 4)
    monkeypatch.setattr(held_removals, "carry_out", not_now)
    await full_book(book)
    await compare(book, "S", ids(30))
    assert await states(book) == ["removing"] and len(await there(book)) == MANY
    assert not await apply_late(book, "LATE")
    await say(book, [event("P35", 2)])  # heard of since: it stays
    (removal,) = await held(book)
    assert (removal.state, removal.going) == ("removing", 9)
    await compare(book, "T", ids(28))  # a newer one judges what is left
    assert await states(book) == ["overtaken", "removing"]
    assert [one.snapshot for one in await held(book)] == ["T"]


async def test_what_a_newer_snapshot_does_not_count_goes_on(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeps, "AT_ONCE", 4)
    await full_book(book)
    with monkeypatch.context() as ended:
        ended.setattr(held_removals, "carry_out", not_now)
        await compare(book, "S", ids(30))
        await stack.eventually(lambda: book.logins.value(UNSENT), 0)
        await stack.eventually(lambda: stack.unsettled(book.ops, "JOBS", JOB), 0)
    await start(book, "T")
    await say(book, [event("P38", 1, "T")])
    await start(book, "U")
    await end(book, "U", carrier=0)  # it overtakes T, which is of policies, before it is complete
    await say(book, [event("P39", 1, "T")])
    (removal,) = await held(book)
    assert (removal.state, removal.going) == ("removing", 8)
    await carry_out(book, removal.id)
    await stack.eventually(lambda: states(book), ["removed"])
    assert await there(book) == {*ids(30), "P38", "P39"}  # what a newer one has named stays
    assert await book.logins.value("SELECT count(*) FROM snapshot_items") == 0


async def test_what_is_being_removed_anyway_is_not_to_be_kept(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeps, "AT_ONCE", 4)
    monkeypatch.setattr(held_removals, "carry_out", not_now)
    await full_book(book)
    await compare(book, "S", ids(30))
    (removal,) = await held(book)
    with pytest.raises(DecidedOtherwise) as refused:
        await decide(book, removal.id, remove=False)
    assert refused.value.facts["state"] == "removing"
    assert (await decide(book, removal.id, remove=True)).state == "removing"
    assert len(await left(book, CarryOutRemoval.subject)) == 1  # the one that the snapshot left


async def test_of_removals_one_waits_for_the_feed_and_the_others_without_a_connection(book: Book) -> None:
    database = book.logins.open()
    async with database.transaction(book.agency) as batch:
        await snapshots.lock_feed(batch)
        for _ in range(3):  # fewer than the process has connections
            await carry_out(book, new_id())
        await stack.eventually(lambda: in_hand(book), 3)
        for _ in range(10):  # the others have come as far as they come
            assert await held(book) == []
        assert await book.logins.value(WAITING) <= 1
    await database.close()
    await stack.eventually(lambda: stack.unsettled(book.ops, "JOBS", JOB), 0)


async def carry_out(book: Book, removal: UUID) -> None:
    job = CarryOutRemoval(agency=book.agency, held=removal)
    await book.ops.jetstream().publish(job.subject, job.model_dump_json().encode())


async def in_hand(book: Book) -> int:
    return (await book.ops.jsm().consumer_info("JOBS", JOB)).num_ack_pending or 0


async def not_now(job: CarryOutRemoval, *_: object) -> None:
    """As if the process had ended before."""
