"""Holders in one batch of the feed: each account's own is confirmed, whatever else comes with it and in which order."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from contracts.policy.holders import AddHolder, ChangeHolder, GetHolder, HolderExists, ListHolders
from kit.bus.feed_events import parse
from kit.ids import new_id
from services.policy.holders import additions
from services.policy.sync import feed
from tests import stack
from tests.policy.conftest import SLUG, Book, tell_account

from .holders import add, emptied, fields, seen, tasks, told

SAID_BY = ("likeness", "portal_id")


@pytest_asyncio.fixture
async def book(open_book: Book) -> Book:
    return await emptied(open_book)


@pytest_asyncio.fixture
async def other(book: Book) -> AsyncIterator[UUID]:
    """Another account of the agency: A2."""
    account = new_id()
    await tell_account(book.ops, book.agency, account, "A2", "Lee household")
    await stack.eventually(lambda: book.logins.value("SELECT count(*) FROM accounts"), 2)
    yield account


async def hear(book: Book, *told_of: tuple[str, dict[str, Any]]) -> None:
    """Applies one batch of the AMS's holders, each its id and its data."""
    subject = f"ams.{SLUG}.certificate-holder"
    bodies = [stack.cloud_event("certificate-holder", ams_id, 1, data) for ams_id, data in told_of]
    database = book.logins.open()
    async with database.transaction(book.agency) as tx:
        await feed.apply([parse(subject, body, datetime.now(UTC)) for body in bodies], tx)
    await database.close()


async def standings(book: Book, account: UUID) -> list[tuple[UUID, str]]:
    return [(one.id, one.standing) for one in (await book.ask(ListHolders(), account)).items]


@pytest.mark.parametrize("said_by", SAID_BY)
async def test_another_accounts_holder_confirms_nothing_in_a_batch_of_both(
    book: Book, other: UUID, said_by: str
) -> None:
    holder = await add(book)
    named = str(holder.id) if said_by == "portal_id" else ""
    theirs = told(account="A2", portal_id=named)
    for batch in permutations([("H1", theirs), ("H2", told(name="Some Other Bank"))]):
        await hear(book, *batch)
        assert await seen(book) == [("First Prairie Bank", "waiting"), ("Some Other Bank", "confirmed")]
        ((found, standing),) = await standings(book, other)
        assert (found != holder.id, standing) == (True, "confirmed")
    assert (await tasks(book)).open == 1


@pytest.mark.parametrize("said_by", SAID_BY)
@pytest.mark.parametrize("order", [1, -1])
async def test_of_two_accounts_with_the_same_holder_each_has_its_own_confirmed(
    book: Book, other: UUID, said_by: str, order: int
) -> None:
    mine = await add(book)
    theirs = await book.ask(AddHolder(fields=fields()), other)
    ids = {"A1": mine.id, "A2": theirs.id} if said_by == "portal_id" else {"A1": "", "A2": ""}
    batch = [(f"H-{account}", told(account=account, portal_id=str(ids[account]))) for account in ("A1", "A2")]
    await hear(book, *batch[::order])
    assert await standings(book, book.account) == [(mine.id, "confirmed")]
    assert await standings(book, other) == [(theirs.id, "confirmed")]
    assert dict(await book.logins.fetch("SELECT ams_id, account_ams_id FROM certificate_holders")) == {
        "H-A1": "A1",
        "H-A2": "A2",
    }


async def test_names_in_any_script_are_told_apart_and_known_again(book: Book) -> None:
    first = await add(book, name="株式会社さくら銀行")
    second = await add(book, name="有限会社ひかり")  # not the same one, though neither has a Latin letter
    with pytest.raises(HolderExists):
        await add(book, name="株式会社さくら銀行")
    await hear(book, ("H1", {"account": "A1", "name": "A lender without an address"}))
    assert (await tasks(book)).open == 2
    await hear(book, ("H2", told(name="有限会社ひかり")))
    confirmed = [one.id for one in (await book.ask(ListHolders())).items if one.standing == "confirmed"]
    assert second.id in confirmed and first.id not in confirmed


async def test_a_name_without_letters_is_like_no_other(book: Book) -> None:
    first, second = await add(book, name="***"), await add(book, name="###")
    await hear(book, ("H1", {"account": "A1", "name": "A lender without an address"}))
    assert {(await book.ask(GetHolder(holder=one.id))).standing for one in (first, second)} == {"waiting"}


async def test_who_is_changed_again_and_again_keeps_its_newest_names(book: Book) -> None:
    holder = await add(book)
    for number in range(additions.NAMES + 5):
        await book.ask(ChangeHolder(holder=holder.id, fields=fields(name=f"Bank {number}")))
    known = await book.logins.value("SELECT told FROM certificate_holders")
    assert len(known) == additions.NAMES and known[-1].startswith(f"bank {number}|")
    await hear(book, ("H1", told(name=f"Bank {number - 3}")))
    assert (await book.ask(GetHolder(holder=holder.id))).standing == "confirmed"
